import type { Askpass } from '../../core/api/accounts.ts';
import { wipe } from '../../core/crypto/bytes.ts';
import { idText } from '../../core/entry/id.ts';
import { VaultError } from '../../core/errors.ts';
import type { Grant } from '../../core/scope/scope.ts';
import { type AgentRequest, failure, identitiesAnswer, parseAgentRequest, signResponse } from '../../core/ssh/agent-protocol.ts';
import { agentKeyOf } from '../../core/ssh/entry.ts';
import { fingerprint } from '../../core/ssh/keys.ts';
import { sign } from '../../core/ssh/sign.ts';
import { type Happening, sshAgent } from '../access-log/origin.ts';
import type { Log } from '../log.ts';
import { openGrants } from '../scopes/read.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { unwrapEntryKey } from '../vault/entry-seal.ts';
import { agentEntries, keyIn } from '../vault/ssh-keys.ts';
import { askToConfirm } from './askpass.ts';

/** A key that the agent serves: what opens its entry, and what everybody may know of it. */
interface HeldKey {
  readonly userId: Buffer;
  readonly grant: Grant;
  readonly blob: Buffer;
  readonly name: string;
  readonly confirm: boolean;
}

/** What is held for a user with a session. */
interface Held {
  /** The manifest's root and version that the keys were looked up in. */
  readonly rootId: Buffer;
  readonly version: number;
  readonly keys: readonly HeldKey[];
}

export interface AgentDependencies {
  readonly vault: VaultContext;
  readonly log: Log;
  /** What a program that asks somebody starts with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a user has a session. */
  readonly isOpen: (userId: Buffer) => boolean;
}

/** So many questions may be open at once; nobody answers more. */
const questionsAtMost = 4;

/**
 * The keys for SSH clients, which carry no token (docs/security.md): for each user with a session the keys of those entries
 * that say `ssh agent`, and of no other. An entry is opened for a signature and forgotten; with the user's last session all of it ends.
 */
export class AgentKeys {
  readonly #deps: AgentDependencies;
  readonly #held = new Map<string, Held>();
  readonly #askpass = new Map<string, Askpass>();
  #ended = new AbortController();
  #questions = 0;

  constructor(deps: AgentDependencies) {
    this.#deps = deps;
  }

  /** Looks the user's keys up again where the vault has changed. Never throws: whatever the session did has succeeded. */
  async refresh(caller: Caller): Promise<void> {
    const { vault, log, isOpen } = this.#deps;
    const user = caller.userId.toString('hex');
    try {
      const before = this.#held.get(user);
      if (before !== undefined && vault.verified.settled(caller.userId)?.rootId.equals(before.rootId) === true) return;
      const found = await this.#lookUp(caller, before);
      const current = this.#held.get(user);
      // It may have been locked meanwhile, or somebody else have seen more.
      if (isOpen(caller.userId) && (current === undefined || current.version <= found.version)) this.#put(user, found);
      else wipe(...found.keys.map(({ grant }) => grant.key));
    } catch (error) {
      // What is damaged is told to who asks for it.
      if (!(error instanceof VaultError)) log.defect(error);
    }
  }

  /** How the user can be asked, as the last login that knew said. */
  askWith(userId: Buffer, askpass: Askpass): void {
    if (this.#deps.isOpen(userId)) this.#askpass.set(userId.toString('hex'), askpass);
  }

  /** Forgets a user's keys. */
  end(userId: Buffer): void {
    const user = userId.toString('hex');
    this.#put(user, null);
    this.#askpass.delete(user);
    // Whoever is being asked may be this user: nobody has to answer for a vault that is locked.
    this.#ended.abort();
    this.#ended = new AbortController();
  }

  /** Answers a message of an SSH client. Signing is no use of a session. */
  async answer(message: Buffer): Promise<Buffer> {
    const request = parseAgentRequest(message);
    if (request === null) return failure;
    if (request.kind === 'identities') return identitiesAnswer(this.#keys().map(({ blob, name }) => ({ blob, comment: name })));
    const signature = await this.#sign(request);
    this.#deps.log.note(`agent: ${signature === null ? 'refused to sign' : 'signed'}`);
    return signature === null ? failure : signResponse(signature);
  }

  #keys(): HeldKey[] {
    return [...this.#held.values()].flatMap(({ keys }) => keys);
  }

  async #lookUp(caller: Caller, before: Held | undefined): Promise<Held> {
    const { entries, rootId, version } = await agentEntries(this.#deps.vault, caller);
    const keys = entries.flatMap(({ row, body }): HeldKey[] => {
      const kept = agentKeyOf(body);
      if (kept === null) return [];
      const known = before?.keys.find(({ grant }) => grant.id.equals(row.id) && grant.lowestRevision === row.revision);
      const blob = known?.blob ?? keyIn(body)?.blob;
      if (blob === undefined) return [];
      const grant = { id: row.id, lowestRevision: row.revision, key: unwrapEntryKey(caller, row) };
      return [{ userId: Buffer.from(caller.userId), grant, blob, name: body.name, confirm: kept.confirm }];
    });
    return { rootId, version, keys };
  }

  #put(user: string, held: Held | null): void {
    const before = this.#held.get(user);
    if (held === null) this.#held.delete(user);
    else this.#held.set(user, held);
    wipe(...(before?.keys ?? []).map(({ grant }) => grant.key));
  }

  async #sign({ blob, data, flags }: Extract<AgentRequest, { kind: 'sign' }>): Promise<Buffer | null> {
    // Where several entries hold the same key, the one that wants agreement decides.
    const wanted = () => {
      const same = this.#keys().filter((key) => key.blob.equals(blob));
      return same.find(({ confirm }) => confirm) ?? same[0];
    };
    const asked = wanted();
    if (asked === undefined) return null;
    if (asked.confirm && !(await this.#isAgreed(asked))) {
      this.#note(asked, { action: 'refused', detail: 'confirmation_required' });
      return null;
    }
    // The vault may have been locked while somebody was asked, or the key been taken away.
    const held = wanted();
    if (held === undefined || (held.confirm && !asked.confirm)) return null;
    const { vault } = this.#deps;
    // A copy: a change to the vault while this is read replaces what is held, and zeroes it.
    const grant = { ...held.grant, key: Buffer.from(held.grant.key) };
    try {
      const [opened] = await vault.store.read((rows) => openGrants(vault, rows, held.userId, [grant]));
      const key = opened === undefined ? null : keyIn(opened.body);
      if (opened === undefined || key?.blob.equals(blob) !== true) return null;
      if (agentKeyOf(opened.body)?.confirm !== held.confirm) return null;
      const signature = sign(key, data, flags);
      if (signature !== null) this.#note(held, { action: 'signed' });
      return signature;
    } catch (error) {
      if (error instanceof VaultError) this.#note(held, { action: 'refused', detail: error.code });
      else this.#deps.log.defect(error);
      return null;
    } finally {
      wipe(grant.key);
    }
  }

  #note({ userId, grant }: HeldKey, happening: Omit<Happening, 'entries'>): void {
    this.#deps.vault.accessLog.note({ userId, origin: sshAgent }, { ...happening, entries: [idText(grant.id)] });
  }

  async #isAgreed({ userId, name, blob }: HeldKey): Promise<boolean> {
    const askpass = this.#askpass.get(userId.toString('hex'));
    if (askpass === undefined || this.#questions >= questionsAtMost) return false;
    this.#questions += 1;
    try {
      const shown = name.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
      const question = `Allow use of key ${shown}?\nKey fingerprint ${fingerprint(blob)}.`;
      return await askToConfirm(askpass, question, this.#deps.environment, this.#ended.signal);
    } finally {
      this.#questions -= 1;
    }
  }
}
