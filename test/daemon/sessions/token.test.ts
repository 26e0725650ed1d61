import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../../src/daemon/sessions/token.ts';
import { type Forgery, forge as forgeToken, header, nearTokens, wrongClaims, wrongHeaders } from './forged.ts';

const key = randomBytes(32);
const tokens = createTokens(key);
const sessionId = randomBytes(16);
const secret = randomBytes(32);
const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

const claims = {
  sec: secret.toString('base64url'),
  iss: 'vaultd',
  aud: 'vault',
  jti: sessionId.toString('base64url'),
  iat: now / 1000,
  exp: (now + hour) / 1000,
};

const forge = (changes: Partial<Forgery> = {}) => forgeToken({ payload: claims, under: key, ...changes });

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

  it.each(wrongHeaders)('with %s is refused', async (_name, protectedHeader) => {
    expect(await tokens.read(forge({ protectedHeader }), now)).toBeNull();
  });

  it('under a shorter key of another content encryption is refused', async () => {
    const under = key.subarray(0, 16);
    expect(await tokens.read(forge({ under, protectedHeader: { ...header, enc: 'A128GCM' } }), now)).toBeNull();
  });

  it.each(wrongClaims(claims))('with %s is refused', async (_name, change) => {
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

  it('is refused with any one character changed, left out or doubled, and with stray bits that decode to the same bytes', async () => {
    const near = [...nearTokens(await issued())];
    for (const [what, token] of near) expect(await tokens.read(token, now), what).toBeNull();
    expect(near.some(([what]) => what.startsWith('stray'))).toBe(true);
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
