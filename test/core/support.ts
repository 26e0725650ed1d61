import { expect } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';

/** Bytes of a vector; a digit that is none would be cut silently by Buffer alone. */
export function fromHex(text: string): Buffer {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new Error('not hexadecimal');
  return Buffer.from(text, 'hex');
}

/** For `toThrow`: a VaultError with this code, a message as each is to have, and this hint where one is wanted. */
export function vaultError(code: ErrorCode, hint?: string): Error {
  const message = expect.stringMatching(/^\S(.*[^\s.])?$/);
  const matcher: unknown = expect.objectContaining({ name: 'VaultError', code, message, ...(hint !== undefined && { hint }) });
  return matcher as Error;
}

/** What a function throws. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
