import { u16, u32, u64, u8, wipe } from '../crypto/bytes.ts';
import { hkdf } from '../crypto/hkdf.ts';
import { open, seal } from '../crypto/seal.ts';
import { VaultError } from '../errors.ts';
import type { ScopedToken } from './token-text.ts';

/** An entry that a token opens. */
export interface Grant {
  /** 16 bytes. */
  readonly id: Buffer;
  /** Its revision when the token was made: an older one is a row that somebody put back. */
  readonly lowestRevision: number;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** What a scoped token opens: these entries, and no key that opens anything else. */
export interface Scope {
  /** Milliseconds since 1970; null where only the session's end ends it. */
  readonly expiresAt: number | null;
  /** How often it could be used when it was made; null for any number. */
  readonly uses: number | null;
  /** The one field that the daemon hands out; null for all. */
  readonly field: string | null;
  readonly grants: readonly Grant[];
}

export const grantsAtMost = 256;

const version = 1;
const grantLength = 16 + 8 + 32;

/** `u8 1 | u64 expiry or 0 | u32 uses or 0 | u16 length | field | u16 count | for each: id 16 | u64 revision | entry key 32`. The caller wipes it. */
function encodeScope({ expiresAt, uses, field, grants }: Scope): Buffer {
  const name = Buffer.from(field ?? '');
  const head = [u8(version), u64(expiresAt ?? 0), u32(uses ?? 0), u16(name.length), name, u16(grants.length)];
  return Buffer.concat([...head, ...grants.flatMap(({ id, lowestRevision, key }) => [id, u64(lowestRevision), key])]);
}

/** The reverse, as views on `bytes`: wiping `bytes` wipes the keys. */
function decodeScope(bytes: Buffer): Scope {
  const fieldLength = bytes.length < 17 ? 0 : bytes.readUInt16BE(13);
  const grantsAt = 15 + fieldLength + 2;
  const count = bytes.length < grantsAt ? 0 : bytes.readUInt16BE(grantsAt - 2);
  if (bytes[0] !== version || bytes.length !== grantsAt + count * grantLength) {
    throw new VaultError('vault_corrupt', "a token's record has the wrong form");
  }
  const expiresAt = Number(bytes.readBigUInt64BE(1));
  const uses = bytes.readUInt32BE(9);
  const field = bytes.toString('utf8', 15, 15 + fieldLength);
  const grants = Array.from({ length: count }, (_, index): Grant => {
    const at = grantsAt + index * grantLength;
    const id = Buffer.from(bytes.subarray(at, at + 16));
    return { id, lowestRevision: Number(bytes.readBigUInt64BE(at + 16)), key: bytes.subarray(at + 24, at + grantLength) };
  });
  return { expiresAt: expiresAt === 0 ? null : expiresAt, uses: uses === 0 ? null : uses, field: field === '' ? null : field, grants };
}

/** `HKDF(secret, salt id, "vault/token/1")`: seals what the daemon keeps for a token. The caller wipes it. */
export function tokenKey({ id, secret }: Pick<ScopedToken, 'id' | 'secret'>): Buffer {
  return hkdf(secret, id, Buffer.from('vault/token/1'));
}

/** What is kept of a token: without the token it opens to nobody. */
export function sealScope(key: Uint8Array, { userId, id }: { readonly userId: Buffer; readonly id: Buffer }, scope: Scope): Buffer {
  const bytes = encodeScope(scope);
  try {
    return seal(key, { purpose: 'scopedToken', userId, extra: id }, bytes);
  } finally {
    wipe(bytes);
  }
}

/** The scope of a token's record; `vault_corrupt` where record and token do not belong together. Whoever opens it wipes its keys. */
export function openScope(key: Uint8Array, { userId, id }: { readonly userId: Buffer; readonly id: Buffer }, record: Buffer): Scope {
  return decodeScope(open(key, { purpose: 'scopedToken', userId, extra: id }, record));
}

export function wipeScope({ grants }: Scope): void {
  wipe(...grants.map(({ key }) => key));
}
