import { VaultError } from '../errors.ts';
import { u32, u8 } from './bytes.ts';

/** Argon2id's cost, as configured and as stored. */
export interface KdfParameters {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** What may be opened: constants of the program. Configuration rules what is written, never this. */
export const kdfBounds = {
  memoryKiB: { min: 19 * 1024, max: 2 * 1024 * 1024 },
  iterations: { min: 2, max: 16 },
  parallelism: { min: 1, max: 16 },
} as const satisfies Record<keyof KdfParameters, { min: number; max: number }>;

export const defaultKdf: KdfParameters = { memoryKiB: 256 * 1024, iterations: 3, parallelism: 4 };

/** The header of a user's stored credential: public, bound into the verifier and into the vault key's wrap. */
export interface Header extends KdfParameters {
  /** 16 bytes. */
  readonly userId: Buffer;
  /** 16 bytes. */
  readonly salt: Buffer;
}

export const headerLength = 46;
const format = 1;
const argon2id = 1;

/** `u8 format=1 | user id 16 | u8 kdf=1 | u32 memory KiB | u32 iterations | u32 parallelism | salt 16`, big-endian. */
export function encodeHeader({ userId, memoryKiB, iterations, parallelism, salt }: Header): Buffer {
  return Buffer.concat([u8(format), userId, u8(argon2id), u32(memoryKiB), u32(iterations), u32(parallelism), salt]);
}

export function withinKdfBounds(parameters: KdfParameters): boolean {
  return (['memoryKiB', 'iterations', 'parallelism'] as const).every((name) => {
    const value = parameters[name];
    return Number.isInteger(value) && value >= kdfBounds[name].min && value <= kdfBounds[name].max;
  });
}

/** Reads a stored header. `unsupported_format` where its version, its KDF or a value is none that this program opens. */
export function decodeHeader(bytes: Buffer): Header {
  const unsupported = new VaultError('unsupported_format', "the vault's header asks for something this version cannot do", {
    hint: 'a newer vault may have written it; otherwise restore a backup',
  });
  if (bytes.length !== headerLength || bytes[0] !== format || bytes[17] !== argon2id) throw unsupported;
  const header: Header = {
    userId: bytes.subarray(1, 17),
    memoryKiB: bytes.readUInt32BE(18),
    iterations: bytes.readUInt32BE(22),
    parallelism: bytes.readUInt32BE(26),
    salt: bytes.subarray(30, 46),
  };
  if (!withinKdfBounds(header)) throw unsupported;
  return header;
}

/** The larger of each value: what a login writes where the stored ones are lower than the configured in any place. */
export function strongerKdf(a: KdfParameters, b: KdfParameters): KdfParameters {
  return {
    memoryKiB: Math.max(a.memoryKiB, b.memoryKiB),
    iterations: Math.max(a.iterations, b.iterations),
    parallelism: Math.max(a.parallelism, b.parallelism),
  };
}

/** Whether `a` is at least `b` in each value. */
export function kdfReaches(a: KdfParameters, b: KdfParameters): boolean {
  return a.memoryKiB >= b.memoryKiB && a.iterations >= b.iterations && a.parallelism >= b.parallelism;
}
