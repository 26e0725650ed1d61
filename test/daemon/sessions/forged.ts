import { createCipheriv, randomBytes } from 'node:crypto';

/** The alphabet of base64url (RFC 4648, section 5). */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes in base64url, with a bit set that does not count. Only for lengths that leave such bits. */
function withStrayBits(text: string): string {
  return `${text.slice(0, -1)}${alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1)}`;
}

export const header = { alg: 'dir', enc: 'A256GCM', typ: 'vault+jwt' };

export interface Claims {
  readonly sec: string;
  readonly iss: string;
  readonly aud: string;
  readonly jti: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
}

export interface Forgery {
  readonly protectedHeader?: object;
  readonly payload: object;
  /** 32 bytes, or 16 for another content encryption. */
  readonly under: Buffer;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An encrypted JWT made by hand (RFC 7516, section 7.1), so that what is wrong with it is wrong alone. */
export function forge({ protectedHeader = header, payload, under }: Forgery): string {
  const head = encode(protectedHeader);
  const iv = randomBytes(12);
  const cipher = createCipheriv(under.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', under, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(head, 'ascii'));
  const text = Buffer.concat([cipher.update(JSON.stringify(payload)), cipher.final()]);
  return [head, '', iv.toString('base64url'), text.toString('base64url'), cipher.getAuthTag().toString('base64url')].join('.');
}

/** Headers of which each has one thing wrong. */
export const wrongHeaders: readonly (readonly [string, object])[] = [
  ['another type', { ...header, typ: 'JWT' }],
  ['no type', { alg: 'dir', enc: 'A256GCM' }],
  ['no algorithm', { enc: 'A256GCM', typ: 'vault+jwt' }],
  ['the algorithm "none"', { ...header, alg: 'none' }],
  ['a key wrapping algorithm', { ...header, alg: 'A256KW' }],
  ['a password-based algorithm', { ...header, alg: 'PBES2-HS256+A128KW', p2c: 1_000_000, p2s: 'AAAA' }],
  ['another content encryption', { ...header, enc: 'A128CBC-HS256' }],
  ['compression', { ...header, zip: 'DEF' }],
  ['a critical extension', { ...header, crit: ['x'], x: 1 }],
  ['one more header', { ...header, kid: '1' }],
  ['an algorithm in capitals', { ...header, alg: 'DIR' }],
  ['an algorithm that is no text', { ...header, alg: 1 }],
  ['the type spelt otherwise', { ...header, typ: 'application/vault+jwt' }],
  ['the type in capitals', { ...header, typ: 'VAULT+JWT' }],
  ['a key of its own', { ...header, jwk: { kty: 'oct', k: 'AAAA' } }],
  ['a key from elsewhere', { ...header, jku: 'https://evil.example/keys' }],
  ['a token inside', { ...header, cty: 'JWT' }],
];

/** Changes to sound claims, each of which makes one wrong. */
export function wrongClaims({ jti, iat, exp, sec }: Claims): readonly (readonly [string, object])[] {
  const [sessionId, secret] = [jti, sec].map((text) => Buffer.from(text, 'base64url'));
  const text = (...bytes: readonly (Uint8Array | undefined)[]) => Buffer.concat(bytes.flatMap((each) => each ?? [])).toString('base64url');
  return [
    ['another issuer', { iss: 'elsewhere' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'elsewhere' }],
    ['several issuers', { iss: ['vaultd', 'elsewhere'] }],
    ['no audience', { aud: undefined }],
    ['no time of issue', { iat: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: 'never' }],
    ['an expiry that is text', { exp: String(exp) }],
    ['an expiry that is over', { exp: iat - 1 }],
    ['a time of issue that is no number', { iat: 'now' }],
    ['a beginning that is no number', { nbf: 'now' }],
    ['an expiry that is now', { exp: iat }],
    ['a validity that begins later', { nbf: iat + 10 }],
    ['no session', { jti: undefined }],
    ['a session id that is cut', { jti: text(sessionId?.subarray(1)) }],
    ['a session id that is longer', { jti: text(sessionId, Buffer.alloc(1)) }],
    ['a session id that is no text', { jti: 1 }],
    ['a session id with stray bits', { jti: withStrayBits(jti) }],
    ['no secret', { sec: undefined }],
    ['a secret that is cut', { sec: text(secret?.subarray(1)) }],
    ['a secret that is longer', { sec: text(secret, Buffer.alloc(1)) }],
    ['a secret with stray bits', { sec: withStrayBits(sec) }],
    ['a secret that is no text', { sec: 1 }],
  ];
}

/** Every text that differs from a token in one place: a character changed, left out or doubled; or stray bits at the end of a part. */
export function* nearTokens(token: string): Generator<readonly [string, string]> {
  const characters = `${alphabet}.`;
  for (let at = 0; at < token.length; at++) {
    const there = token.charAt(at);
    const other = characters.charAt((characters.indexOf(there) + 1) % characters.length);
    const [before, after] = [token.slice(0, at), token.slice(at + 1)];
    yield [`character ${String(at)} changed`, `${before}${other}${after}`];
    yield [`character ${String(at)} left out`, `${before}${after}`];
    yield [`character ${String(at)} doubled`, `${before}${there}${there}${after}`];
  }
  const parts = token.split('.');
  for (const [at, part] of parts.entries()) {
    if (part === '' || part.length % 4 === 0) continue;
    yield [`stray bits in part ${String(at)}`, parts.with(at, withStrayBits(part)).join('.')];
  }
}
