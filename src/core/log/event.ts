import { z } from 'zod';
import { entryId } from '../entry/schema.ts';
import { VaultError } from '../errors.ts';

/** What can stand in the access log. The last four are the log's own. */
const actions = [
  'login',
  'read',
  'signed',
  'exported',
  'added',
  'changed',
  'removed',
  'restored',
  'deleted',
  'refused',
  'confirmed',
  'password changed',
  'token made',
  'token revoked',
  'anchored',
  'dropped',
  'broken',
  'closed',
] as const;

/** So many entries are named; of more there is the count. */
export const entriesNamed = 16;

const claim = z.string().max(128).nullable();

/** One event of the access log. Program and terminal are what the client said of itself. */
export const accessEvent = z.strictObject({
  at: z.iso.datetime({ precision: 3 }),
  action: z.enum(actions),
  /** The entries' ids, 16 at most, and how many there were. */
  entries: z.array(entryId).max(entriesNamed),
  count: z.int().nonnegative(),
  /** The beginning of the session's id, or `token` and the beginning of the token's; null for the daemon itself. */
  session: z.string().max(64).nullable(),
  program: claim,
  terminal: claim,
  /** The code of a refusal; of a token that is made or revoked the beginning of its id. */
  detail: z.string().max(64).nullable(),
  /** The segment that the log's own records are about: how many records it had, and its link then, in hexadecimal. */
  segment: z.strictObject({ number: z.int().positive(), count: z.int().nonnegative(), link: z.hex().length(64) }).nullable(),
});

export type AccessEvent = z.infer<typeof accessEvent>;

/** So many events are in one record at most. */
export const eventsPerRecord = 64;

const record = z.array(accessEvent).min(1).max(eventsPerRecord);

/** A record: the events that are written together, as a JSON array. */
export function encodeEvents(events: readonly AccessEvent[]): Buffer {
  return Buffer.from(JSON.stringify(events));
}

/** `vault_corrupt` where a record opened to something else. */
export function decodeEvents(data: Buffer): AccessEvent[] {
  try {
    return record.parse(JSON.parse(data.toString()));
  } catch {
    throw new VaultError('vault_corrupt', 'a record of the access log has the wrong form');
  }
}
