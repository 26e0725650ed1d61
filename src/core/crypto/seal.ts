import { createCipheriv, createDecipheriv } from 'node:crypto';
import { VaultError } from '../errors.ts';
import { equalSecrets, wipe } from './bytes.ts';
import { encodeContext, type SealContext } from './context.ts';
import { hkdf } from './hkdf.ts';
import { pad, unpad } from './padding.ts';
import { publicRandom } from './public-random.ts';

const version = 1;
const algorithm = 'aes-256-gcm';
const label = Buffer.from('vault/seal/1\0');
/** Each encryption key serves one message, so its nonce can be fixed. */
const nonce = Buffer.alloc(12);
const tagLength = 16;

const idAt = 1;
const commitmentAt = 33;
const tagAt = 65;
/** Bytes before the ciphertext: they identify a blob and, through the tag, commit to all of it. */
export const sealOverhead = 81;

function messageKeys(key: Uint8Array, id: Uint8Array, context: Buffer): { encryption: Buffer; commitment: Buffer; both: Buffer } {
  const both = hkdf(key, id, Buffer.concat([label, context]), 64);
  return { encryption: both.subarray(0, 32), commitment: both.subarray(32), both };
}

/** `seal` with a given id: for the vectors in docs/security.md, which need one. Never seal twice with one id and key. */
export function sealWithId(id: Buffer, key: Uint8Array, context: SealContext, data: Uint8Array): Buffer {
  const contextBytes = encodeContext(context);
  const keys = messageKeys(key, id, contextBytes);
  const cipher = createCipheriv(algorithm, keys.encryption, nonce, { authTagLength: tagLength });
  cipher.setAAD(contextBytes);
  const padded = pad(data);
  const ciphertext = cipher.update(padded);
  cipher.final();
  const blob = Buffer.concat([Buffer.of(version), id, keys.commitment, cipher.getAuthTag(), ciphertext]);
  wipe(keys.both, padded);
  return blob;
}

/**
 * Encrypts and authenticates `data` for one context, committing to the key (AES-GCM alone does not: Len, Grubbs and
 * Ristenpart, "Partitioning Oracle Attacks", 2021).
 *
 * Blob: `0x01 | id 32 | commitment 32 | tag 16 | ciphertext`, with a random id.
 */
export function seal(key: Uint8Array, context: SealContext, data: Uint8Array): Buffer {
  return sealWithId(publicRandom(32), key, context, data);
}

function refused(): VaultError {
  return new VaultError('vault_corrupt', 'sealed data is damaged or was tampered with');
}

/**
 * The data of a blob sealed under this key and context, in a buffer of its own. One error, `vault_corrupt`, for every
 * failure; nothing is released before the tag was checked.
 */
export function open(key: Uint8Array, context: SealContext, blob: Uint8Array): Buffer {
  if (blob.length <= sealOverhead || blob[0] !== version) throw refused();
  const contextBytes = encodeContext(context);
  const keys = messageKeys(key, blob.subarray(idAt, commitmentAt), contextBytes);
  try {
    if (!equalSecrets(keys.commitment, blob.subarray(commitmentAt, tagAt))) throw refused();
    const decipher = createDecipheriv(algorithm, keys.encryption, nonce, { authTagLength: tagLength });
    decipher.setAAD(contextBytes);
    decipher.setAuthTag(blob.subarray(tagAt, sealOverhead));
    const padded = decipher.update(blob.subarray(sealOverhead));
    try {
      decipher.final();
    } catch {
      wipe(padded);
      throw refused();
    }
    const data = unpad(padded);
    if (data === null) {
      wipe(padded);
      throw refused();
    }
    return data;
  } finally {
    wipe(keys.both);
  }
}

/** A blob's random id: tells one sealing from every other. */
export function blobId(blob: Uint8Array): Buffer {
  return Buffer.from(blob.subarray(idAt, commitmentAt));
}
