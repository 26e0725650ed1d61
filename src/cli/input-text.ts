import { VaultError } from '../core/errors.ts';

/** What was read as a text; `source` is how errors name where it came from. `invalid_request` where it is no UTF-8. */
export function decodeText(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new VaultError('invalid_request', `${source} is not valid UTF-8`);
  }
}

/** A text less one final newline, which editors and `echo` leave behind. */
export function withoutFinalNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
