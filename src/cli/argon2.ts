import type { Argon2 } from '../core/formats/options.ts';

/** Argon2 for files of other programs. The native package is loaded when a file asks for it; this process ends soon after. */
export const argon2: Argon2 = async ({ type, version, password, salt, memoryKiB, iterations, parallelism, length }) => {
  const { default: library } = await import('argon2');
  return await library.hash(Buffer.from(password), {
    raw: true,
    type: type === 'd' ? library.argon2d : library.argon2id,
    version,
    salt: Buffer.from(salt),
    memoryCost: memoryKiB,
    timeCost: iterations,
    parallelism,
    hashLength: length,
  });
};
