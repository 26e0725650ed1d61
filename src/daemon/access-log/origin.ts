import { type AccessEvent, entriesNamed } from '../../core/log/event.ts';

/** What a client says of itself; nobody checks it. */
export interface Claim {
  readonly program: string | null;
  readonly terminal: string | null;
}

/** Who an event of the access log comes from. */
export interface Origin extends Claim {
  /** The beginning of a session's id, or `token` and the beginning of a token's. */
  readonly session: string | null;
}

export const noClaim: Claim = { program: null, terminal: null };

/** Who an event comes from that the daemon itself causes. */
export const nobody: Origin = { ...noClaim, session: null };

/** Who signatures come from: an SSH client has no session, and says nothing of itself. */
export const sshAgent: Origin = { ...nobody, program: 'ssh agent' };

/** What is kept of a claim, so that nobody can fill the log, or paint on a terminal that shows it. */
const claimLength = 64;
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function claimed(text: string | null): string | null {
  if (text === null || text === '' || !text.isWellFormed()) return null;
  return text.replace(hidden, '?').slice(0, claimLength);
}

/** The claim of a `Vault-Client` header: `program=…&terminal=…`, percent-encoded. */
export function readClaim(header: string | undefined): Claim {
  if (header === undefined) return noClaim;
  const said = new URLSearchParams(header.slice(0, 1024));
  return { program: claimed(said.get('program')), terminal: claimed(said.get('terminal')) };
}

/** As much of an id as tells one from another on a screen. */
export function shortId(id: Buffer): string {
  return id.toString('hex').slice(0, 8);
}

/** What happened; the rest of an event is when and through whom. */
export interface Happening {
  readonly action: AccessEvent['action'];
  /** Ids of entries, as text. */
  readonly entries?: readonly string[];
  /** How many entries, where not all are named. */
  readonly count?: number;
  readonly detail?: string;
  readonly segment?: AccessEvent['segment'];
}

export function eventAt(wall: number, { session, program, terminal }: Origin, happening: Happening): AccessEvent {
  const { action, entries = [], count = entries.length, detail = null, segment = null } = happening;
  const named = entries.slice(0, entriesNamed);
  return { at: new Date(wall).toISOString(), action, entries: named, count, session, program, terminal, detail, segment };
}
