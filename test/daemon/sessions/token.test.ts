import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../../src/daemon/sessions/token.ts';

const key = randomBytes(32);
const tokens = createTokens(key);
const sessionId = randomBytes(16);
const secret = randomBytes(32);
const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes in base64url, with a bit set that does not count. Only for lengths that leave such bits. */
function withStrayBits(text: string): string {
  return `${text.slice(0, -1)}${alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1)}`;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const header = { alg: 'dir', enc: 'A256GCM', typ: 'vault+jwt' };
const claims = {
  sec: secret.toString('base64url'),
  iss: 'vaultd',
  aud: 'vault',
  jti: sessionId.toString('base64url'),
  iat: now / 1000,
  exp: (now + hour) / 1000,
};

/** An encrypted JWT made by hand (RFC 7516, section 7.1), so that what is wrong with it is wrong alone. */
function forge({
  protectedHeader = header,
  payload = claims,
  under = key,
}: { protectedHeader?: object; payload?: object; under?: Buffer } = {}): string {
  const head = encode(protectedHeader);
  const iv = randomBytes(12);
  const cipher = createCipheriv(under.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', under, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(head, 'ascii'));
  const text = Buffer.concat([cipher.update(JSON.stringify(payload)), cipher.final()]);
  return [head, '', iv.toString('base64url'), text.toString('base64url'), cipher.getAuthTag().toString('base64url')].join('.');
}

const issued = () => tokens.issue({ sessionId, secret, issuedAt: now, expiresAt: now + hour });

describe('a token', () => {
  it('says whose session it is, in at most a kibibyte', async () => {
    const token = await issued();
    expect(token.length).toBeLessThanOrEqual(1024);
    expect(await tokens.read(token, now)).toEqual({ sessionId, secret });
  });

  it('has the header that is promised, and hides everything else', async () => {
    const [head = '', encryptedKey, ...rest] = (await issued()).split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual(header);
    expect(encryptedKey).toBe('');
    const visible = Buffer.concat(rest.map((part) => Buffer.from(part, 'base64url'))).toString('latin1');
    expect(visible).not.toContain(claims.jti);
    expect(visible).not.toContain(claims.sec);
  });

  it('made by hand to the letter of the standards is read: what the next tests refuse, they refuse for its one fault', async () => {
    expect(await tokens.read(forge(), now)).toEqual({ sessionId, secret });
  });

  it.each([
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
  ])('with %s is refused', async (_name, protectedHeader) => {
    expect(await tokens.read(forge({ protectedHeader }), now)).toBeNull();
  });

  it('under a shorter key of another content encryption is refused', async () => {
    const under = key.subarray(0, 16);
    expect(await tokens.read(forge({ under, protectedHeader: { ...header, enc: 'A128GCM' } }), now)).toBeNull();
  });

  it.each([
    ['another issuer', { iss: 'elsewhere' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'elsewhere' }],
    ['no audience', { aud: undefined }],
    ['no time of issue', { iat: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: 'never' }],
    ['an expiry that is now', { exp: now / 1000 }],
    ['a validity that begins later', { nbf: now / 1000 + 10 }],
    ['no session', { jti: undefined }],
    ['a session id that is cut', { jti: sessionId.subarray(1).toString('base64url') }],
    ['a session id with stray bits', { jti: withStrayBits(claims.jti) }],
    ['no secret', { sec: undefined }],
    ['a secret that is no text', { sec: 1 }],
  ])('with %s is refused', async (_name, change) => {
    expect(await tokens.read(forge({ payload: { ...claims, ...change } }), now)).toBeNull();
  });

  it('has expired at its time, to the second', async () => {
    const token = await issued();
    expect(await tokens.read(token, now + hour - 1)).not.toBeNull();
    expect(await tokens.read(token, now + hour)).toBeNull();
  });

  it('of another daemon is refused', async () => {
    expect(await createTokens(randomBytes(32)).read(await issued(), now)).toBeNull();
  });

  it('is refused with any one character changed, left out or doubled', async () => {
    const token = await issued();
    const characters = `${alphabet}.`;
    for (let at = 0; at < token.length; at++) {
      const there = token.charAt(at);
      const other = characters.charAt((characters.indexOf(there) + 1) % characters.length);
      const [before, after] = [token.slice(0, at), token.slice(at + 1)];
      for (const changed of [`${before}${other}${after}`, `${before}${after}`, `${before}${there}${there}${after}`]) {
        expect(await tokens.read(changed, now), `position ${String(at)}`).toBeNull();
      }
    }
  });

  it('is refused with stray bits in the last character of a part, which decodes to the same bytes', async () => {
    const token = await issued();
    const parts = token.split('.');
    let tried = 0;
    for (const [at, part] of parts.entries()) {
      if (part === '' || part.length % 4 === 0) continue;
      const stray = withStrayBits(part);
      expect(Buffer.from(stray, 'base64url').equals(Buffer.from(part, 'base64url'))).toBe(true);
      expect(await tokens.read(parts.with(at, stray).join('.'), now)).toBeNull();
      tried += 1;
    }
    expect(tried).toBeGreaterThan(0);
  });

  it.each(['', '.', '....', 'x', 'a.b.c', 'a.b.c.d.e', `${'A'.repeat(1020)}.....`])('is not %j', async (text) => {
    expect(await tokens.read(text, now)).toBeNull();
  });

  it('longer than a kibibyte is refused, however valid', async () => {
    const token = forge({ payload: { ...claims, padding: 'x'.repeat(1024) } });
    expect(token.length).toBeGreaterThan(1024);
    expect(await tokens.read(token, now)).toBeNull();
  });

  it.each(['=', ' ', '\n'])('with %j after it is refused', async (tail) => {
    expect(await tokens.read(`${await issued()}${tail}`, now)).toBeNull();
  });
});
