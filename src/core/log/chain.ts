import { randomBytes } from 'node:crypto';
import { u32, wipe } from '../crypto/bytes.ts';
import { hkdf } from '../crypto/hkdf.ts';
import { open, seal } from '../crypto/seal.ts';
import { VaultError } from '../errors.ts';
import { sha256 } from '../manifest/tree.ts';

/*
 * The access log's chain. A segment begins with a random secret S(0), sealed under the log key. Each record is sealed under a key from
 * S(i), which is then replaced by S(i+1) and zeroed: whoever comes later can neither read nor change what is there. Each record is bound
 * to its place and to all that stand before it.
 */

/** Whose segment, and which: a token that survives a lock has one of its own. */
export interface SegmentPlace {
  /** 16 bytes. */
  readonly userId: Buffer;
  /** From 1, without gaps. */
  readonly number: number;
  /** The token's id (16 bytes); null where a process writes. */
  readonly token: Buffer | null;
  /** The link at which the process's segment before stood when this one began; zeros where there was none. */
  readonly previous: Buffer;
}

/** Where a segment stands: what the next record is sealed with. */
export interface ChainState {
  readonly number: number;
  /** The next record's. */
  readonly index: number;
  /** h(index - 1): SHA-256 over all that stands before. */
  readonly link: Buffer;
  /** S(index), 32 bytes: whoever replaces it zeroes it. */
  readonly secret: Buffer;
}

export const noLink: Buffer = Buffer.alloc(32);
const noSalt = Buffer.alloc(0);
const derive = (secret: Uint8Array, label: string) => hkdf(secret, noSalt, Buffer.from(label));

function segmentExtra({ number, previous }: Pick<SegmentPlace, 'number' | 'previous'>): Buffer {
  return Buffer.concat([u32(number), previous]);
}

function segmentContext(place: SegmentPlace) {
  const { userId, token } = place;
  return { purpose: 'logSegment', userId, extra: segmentExtra(place), ...(token === null ? {} : { entryId: token }) } as const;
}

/** h(-1): SHA-256 of `u32 number | previous`, so that it outlives new keys. */
export function firstLink(place: Pick<SegmentPlace, 'number' | 'previous'>): Buffer {
  return sha256(segmentExtra(place));
}

/** The state of a segment without records. */
function firstState(place: SegmentPlace, secret: Buffer): ChainState {
  return { number: place.number, index: 0, link: firstLink(place), secret };
}

/** Begins a segment: its state, and its secret sealed for whoever has the log key. */
export function beginSegment(logKey: Uint8Array, place: SegmentPlace): { readonly head: Buffer; readonly state: ChainState } {
  const secret = randomBytes(32);
  return { head: seal(logKey, segmentContext(place), secret), state: firstState(place, secret) };
}

/** The state that a segment began with. `vault_corrupt` where its head is not of this place. The caller wipes its secret. */
export function openSegment(logKey: Uint8Array, place: SegmentPlace, head: Buffer): ChainState {
  const secret = open(logKey, segmentContext(place), head);
  if (secret.length !== 32) throw new VaultError('vault_corrupt', 'a segment of the access log has the wrong form');
  return firstState(place, secret);
}

/** The same head under another log key. */
export function resealSegment(from: Uint8Array, to: Uint8Array, place: SegmentPlace, head: Buffer): Buffer {
  const secret = open(from, segmentContext(place), head);
  try {
    return seal(to, segmentContext(place), secret);
  } finally {
    wipe(secret);
  }
}

function withRecordKey<T>({ secret }: ChainState, use: (key: Buffer) => T): T {
  const key = derive(secret, 'vault/log/record/1');
  try {
    return use(key);
  } finally {
    wipe(key);
  }
}

function recordContext(userId: Buffer, { number, index, link }: ChainState) {
  return { purpose: 'logRecord', userId, extra: Buffer.concat([u32(number), u32(index), link]) } as const;
}

/** Seals the next record. */
export function sealRecord(userId: Buffer, state: ChainState, data: Uint8Array): Buffer {
  return withRecordKey(state, (key) => seal(key, recordContext(userId, state), data));
}

/** Opens the record that a state is for; `vault_corrupt` for any other. */
export function openRecord(userId: Buffer, state: ChainState, blob: Buffer): Buffer {
  return withRecordKey(state, (key) => open(key, recordContext(userId, state), blob));
}

/** h(i) of a record: SHA-256 of `h(i-1) | blob`. */
export function linkAfter(link: Buffer, blob: Buffer): Buffer {
  return sha256(Buffer.concat([link, blob]));
}

/** The state after a record. The old secret is the caller's to zero, once the record is on the disk. */
export function nextState({ number, index, link, secret }: ChainState, blob: Buffer): ChainState {
  return { number, index: index + 1, link: linkAfter(link, blob), secret: derive(secret, 'vault/log/next/1') };
}

/** What the manifest's root holds of a verified segment: SHA-256 of `u32 number | u32 count | h`. */
export function logHead(number: number, count: number, link: Buffer): Buffer {
  return sha256(Buffer.concat([u32(number), u32(count), link]));
}

const stateLength = 4 + 4 + 32 + 32;

/** Seals the state of a token's segment under the token's own key: between two uses nobody holds it. */
export function sealState(
  tokenKey: Uint8Array,
  { userId, token }: { readonly userId: Buffer; readonly token: Buffer },
  state: ChainState,
): Buffer {
  const bytes = Buffer.concat([u32(state.number), u32(state.index), state.link, state.secret]);
  try {
    return seal(tokenKey, { purpose: 'scopedTokenLog', userId, extra: token }, bytes);
  } finally {
    wipe(bytes);
  }
}

export function openState(
  tokenKey: Uint8Array,
  { userId, token }: { readonly userId: Buffer; readonly token: Buffer },
  blob: Buffer,
): ChainState {
  const bytes = open(tokenKey, { purpose: 'scopedTokenLog', userId, extra: token }, blob);
  if (bytes.length !== stateLength) throw new VaultError('vault_corrupt', "a token's place in the access log has the wrong form");
  return { number: bytes.readUInt32BE(0), index: bytes.readUInt32BE(4), link: bytes.subarray(8, 40), secret: bytes.subarray(40) };
}
