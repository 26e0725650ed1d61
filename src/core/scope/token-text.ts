/*
 * Scoped tokens as text: a prefix, and base64url of id and secret. The command line looks at the prefix, so nothing heavy here.
 */

/** `survivesLock`: the daemon keeps the token's record in the database, so that it outlives sessions and processes. */
export interface ScopedToken {
  /** 16 bytes. */
  readonly id: Buffer;
  /** 32 bytes: with it the token's record opens. */
  readonly secret: Buffer;
  readonly survivesLock: boolean;
}

const survivingPrefix = 'vault1.';
const sessionPrefix = 'scoped1.';
const prefixes = [survivingPrefix, sessionPrefix];
const idLength = 16;
const payloadLength = idLength + 32;

/** Whether a token may open something although nobody has logged in: then a daemon is worth starting for it. */
export function mayOpenLocked(token: string): boolean {
  return token.startsWith(survivingPrefix);
}

/** Whether a text says that it is a scoped token, be it one that opens something or not. */
export function isScopedToken(token: string): boolean {
  return prefixes.some((prefix) => token.startsWith(prefix));
}

export function encodeScopedToken({ id, secret, survivesLock }: ScopedToken): string {
  return (survivesLock ? survivingPrefix : sessionPrefix) + Buffer.concat([id, secret]).toString('base64url');
}

/** The token that a text is; null for every other text. 48 bytes leave no stray bits in base64url, so each token has one text. */
export function decodeScopedToken(text: string): ScopedToken | null {
  const prefix = prefixes.find((known) => text.startsWith(known));
  if (prefix === undefined) return null;
  const encoded = text.slice(prefix.length);
  const payload = Buffer.from(encoded, 'base64url');
  if (payload.length !== payloadLength || payload.toString('base64url') !== encoded) return null;
  return { id: payload.subarray(0, idLength), secret: payload.subarray(idLength), survivesLock: prefix === survivingPrefix };
}
