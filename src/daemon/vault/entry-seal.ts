import { createHash, randomBytes } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import { publicRandom } from '../../core/crypto/public-random.ts';
import { open, seal } from '../../core/crypto/seal.ts';
import { type EntryBody, decodeBody, encodeBody } from '../../core/entry/body.ts';
import { lookupTerms, lookupValue } from '../../core/lookup/terms.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Caller } from './context.ts';

/*
 * The one place where entries are sealed and opened.
 */

const entryKeyLength = 32;
const lookupValueLength = 16;
/** Lookup values come in multiples of this, the rest random, so that their number tells little. */
const lookupValueStep = 4;

/** An entry's key, sealed under the caller's wrapping key: made once for the entry's life. The caller wipes `key`. */
export function newEntryKey({ keys, userId }: Caller, entryId: Buffer): { key: Buffer; wrappedKey: Buffer } {
  const key = randomBytes(entryKeyLength);
  return { key, wrappedKey: seal(keys.wrap, { purpose: 'entryKey', userId, entryId }, key) };
}

export function unwrapEntryKey({ keys, userId }: Caller, { id: entryId, wrappedKey }: Pick<EntryRow, 'id' | 'wrappedKey'>): Buffer {
  return open(keys.wrap, { purpose: 'entryKey', userId, entryId }, wrappedKey);
}

/** Seals one revision of an entry under its key. */
export function sealBody({ userId }: Caller, key: Buffer, place: { id: Buffer; revision: number }, body: EntryBody): Buffer {
  const data = encodeBody(body);
  try {
    return seal(key, { purpose: 'entryBody', userId, entryId: place.id, revision: place.revision }, data);
  } finally {
    wipe(data);
  }
}

/** Opens one revision of an entry with its key. */
export function openBody(
  { userId }: Pick<Caller, 'userId'>,
  key: Buffer,
  place: { id: Buffer; revision: number },
  blob: Buffer,
): EntryBody {
  const data = open(key, { purpose: 'entryBody', userId, entryId: place.id, revision: place.revision }, blob);
  try {
    return decodeBody(data);
  } finally {
    wipe(data);
  }
}

/** Opens an entry's row. */
export function openEntry(caller: Caller, row: EntryRow): EntryBody {
  const key = unwrapEntryKey(caller, row);
  try {
    return openBody(caller, key, row, row.body);
  } finally {
    wipe(key);
  }
}

/** SHA-256 of a revision's blob: what the entry's later bodies keep as proof of it. */
export function blobDigest(blob: Buffer): string {
  return createHash('sha256').update(blob).digest('base64');
}

/** The values an entry is found by, with random ones among them, in ascending order. */
export function lookupValues({ keys }: Caller, body: Pick<EntryBody, 'name' | 'urls' | 'fields'>): Buffer[] {
  const values = lookupTerms(body).map((term) => lookupValue(keys.lookup, term));
  const fill = (lookupValueStep - (values.length % lookupValueStep)) % lookupValueStep;
  for (let i = 0; i < fill; i++) values.push(publicRandom(lookupValueLength));
  return values.sort((a, b) => Buffer.compare(a, b));
}
