import { VaultError } from '../../errors.ts';
import type { Argon2 } from '../options.ts';
import { aesKdf } from './keys.ts';
import type { VariantMap } from './variant-map.ts';

/** How a database makes its key slow to guess. */
export type Kdf =
  | { readonly kind: 'aes'; readonly seed: Buffer; readonly rounds: number }
  | {
      readonly kind: 'argon2d' | 'argon2id';
      readonly version: 0x10 | 0x13;
      readonly salt: Buffer;
      readonly memoryKiB: number;
      readonly iterations: number;
      readonly parallelism: number;
    };

/** What a file may ask for: half a minute or so of work, and no more memory than Vault's own header may. */
const bounds = { aesRounds: 1_000_000_000, memoryKiB: 2 * 1024 * 1024, work: 64 * 1024 * 1024, parallelism: 64 };

export const kdfIds = {
  /** KDBX 3's id is met in KDBX 4 files too. */
  aes: ['c9d9f39a628a4460bf740d08c18a4fea', '7c02bb8279a74ac0927d114a00648238'],
  argon2d: 'ef636ddf8c29444b91f7a9a403e30a0c',
  argon2id: '9e298b1956db4773b23dfc3ec6f0a1e6',
} as const;

function unsupported(what: string): VaultError {
  return new VaultError('invalid_request', `the database's key derivation ${what}`);
}

function numberOf(map: VariantMap, name: string, least: number, most: number): number {
  const value = map.get(name);
  if (typeof value !== 'bigint' || value < BigInt(least) || value > BigInt(most)) {
    throw unsupported('asks for values outside the bounds that are safe');
  }
  return Number(value);
}

function bytesOf(map: VariantMap, name: string): Buffer {
  const value = map.get(name);
  if (!Buffer.isBuffer(value)) throw unsupported('is damaged');
  return value;
}

/** Checked rounds of AES-KDF. */
export function aesRounds(rounds: bigint): number {
  if (rounds < 1n || rounds > BigInt(bounds.aesRounds)) throw unsupported('asks for values outside the bounds that are safe');
  return Number(rounds);
}

/** The KDF that a KDBX 4 header names. `invalid_request` for one that is unknown or asks for more than is safe to do for a file. */
export function kdfOf(map: VariantMap): Kdf {
  const id = bytesOf(map, '$UUID').toString('hex');
  if (kdfIds.aes.some((known) => known === id)) {
    const seed = bytesOf(map, 'S');
    if (seed.length !== 32) throw unsupported('is damaged');
    return { kind: 'aes', seed, rounds: numberOf(map, 'R', 1, bounds.aesRounds) };
  }
  if (id !== kdfIds.argon2d && id !== kdfIds.argon2id) throw unsupported('is not known');
  if (map.has('K') || map.has('A')) throw unsupported('uses a secret or associated data, which is not supported');
  const version = numberOf(map, 'V', 0x10, 0x13);
  const memoryKiB = Math.floor(numberOf(map, 'M', 8 * 1024, bounds.memoryKiB * 1024) / 1024);
  const iterations = numberOf(map, 'I', 1, 1_000_000);
  const salt = bytesOf(map, 'S');
  if (memoryKiB * iterations > bounds.work) throw unsupported('asks for values outside the bounds that are safe');
  if ((version !== 0x10 && version !== 0x13) || salt.length < 8 || salt.length > 1024) throw unsupported('is damaged');
  const parallelism = numberOf(map, 'P', 1, bounds.parallelism);
  return { kind: id === kdfIds.argon2d ? 'argon2d' : 'argon2id', version, salt, memoryKiB, iterations, parallelism };
}

/** The transformed key, 32 bytes. */
export async function transformKey(key: Uint8Array, kdf: Kdf, argon2: Argon2): Promise<Uint8Array> {
  if (kdf.kind === 'aes') return aesKdf(key, kdf.seed, kdf.rounds);
  const { kind, version, salt, memoryKiB, iterations, parallelism } = kdf;
  return await argon2({
    type: kind === 'argon2d' ? 'd' : 'id',
    version,
    password: key,
    salt,
    memoryKiB,
    iterations,
    parallelism,
    length: 32,
  });
}
