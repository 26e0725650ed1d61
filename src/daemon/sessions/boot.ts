import { randomBytes } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import { hkdf } from '../../core/crypto/hkdf.ts';

/** Keys that live as long as the process: with it, every token becomes worthless. 32 bytes each. */
export interface BootKeys {
  /** Encrypts tokens. */
  readonly token: Buffer;
  /** The daemon's share of what opens a session's record: the token holds the other. */
  readonly share: Buffer;
  /** Names verified tokens. */
  readonly cache: Buffer;
  /** Names accounts in the counters of failed attempts, and makes decoys for those that do not exist. */
  readonly door: Buffer;
}

const noSalt = Buffer.alloc(0);

export function createBootKeys(): BootKeys {
  const boot = randomBytes(32);
  const derive = (purpose: string) => hkdf(boot, noSalt, Buffer.from(`vault/boot/${purpose}/1`));
  const keys = { token: derive('token'), share: derive('share'), cache: derive('cache'), door: derive('door') };
  wipe(boot);
  return keys;
}

export function wipeBootKeys({ token, share, cache, door }: BootKeys): void {
  wipe(token, share, cache, door);
}
