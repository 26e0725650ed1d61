import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeTotp, totpCode } from '../../src/core/totp.ts';
import rfc6238 from '../vectors/rfc6238-totp.json';
import steam from '../vectors/steam-guard.json';
import { thrownBy, vaultError } from './support.ts';

const { secrets, digits, period } = rfc6238;
const secret = secrets.SHA1;

describe('a one-time code', () => {
  it.each(rfc6238.vectors)('is that of RFC 6238 for $algorithm at $time', ({ time, algorithm, code }) => {
    const key = new Map(Object.entries(secrets)).get(algorithm) ?? '';
    const uri = `otpauth://totp/x?secret=${key}&algorithm=${algorithm}&digits=${String(digits)}&period=${String(period)}`;
    expect(totpCode(uri, time * 1000).code).toBe(code);
    expect(totpCode(uri, time * 1000 + 999).code).toBe(code);
  });

  it.each(steam.vectors)("is the one that Steam's app showed at $time", ({ time, code }) => {
    const forms = [
      normalizeTotp(`steam://${steam.secret}`),
      `otpauth://totp/test?secret=${steam.secret}&encoder=steam`,
      `otpauth://steam/Steam:user?secret=${steam.secret}`,
    ];
    for (const uri of forms) expect(totpCode(uri, time * 1000).code).toBe(code);
  });

  it('has six digits for 30 seconds by SHA-1 where nothing is said', () => {
    expect(totpCode(`otpauth://totp/x?secret=${secret}`, 59_000)).toEqual({ code: '287082', remainingSeconds: 1, period: 30 });
    expect(totpCode(`otpauth://totp/x?secret=${secret}&digits=&period=`, 60_000).remainingSeconds).toBe(30);
  });

  it('is that of a secret in small letters, in groups, with padding, as some sites write it into their address', () => {
    const written = `${(secret.toLowerCase().match(/.{4}/g) ?? []).join('%20')}======`;
    expect(totpCode(`otpauth://totp/x?secret=${written}`, 59_000).code).toBe('287082');
  });

  it.each([
    ['digits=4', /^\d{4}$/, 30],
    ['digits=10', /^\d{10}$/, 30],
    ['period=1', /^\d{6}$/, 1],
    ['period=86400', /^\d{6}$/, 86_400],
    ['algorithm=HmacSHA-256', /^\d{6}$/, 30],
    ['encoder=STEAM', /^[2-9B-Y]{5}$/, 30],
  ])('may be of another form within bounds: %s', (more, form, period) => {
    expect(totpCode(`otpauth://TOTP/x?secret=${secret}&${more}`, 59_000)).toMatchObject({ code: expect.stringMatching(form), period });
  });

  it('keeps its leading zeros', () => {
    expect(totpCode(`otpauth://totp/x?secret=${secret}`, 1_111_111_109_000).code).toBe('081804');
  });

  it('changes when its time is over and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), fc.integer({ min: 1, max: 120 }), (seconds, every) => {
        const uri = `otpauth://totp/x?secret=${secret}&digits=10&period=${String(every)}`;
        const { code, remainingSeconds } = totpCode(uri, seconds * 1000);
        expect(remainingSeconds).toBeGreaterThanOrEqual(1);
        expect(remainingSeconds).toBeLessThanOrEqual(every);
        expect(totpCode(uri, (seconds + remainingSeconds) * 1000 - 1).code).toBe(code);
        expect(totpCode(uri, (seconds + remainingSeconds) * 1000)).toMatchObject({ remainingSeconds: every });
      }),
    );
  });
});

describe('what an entry keeps for one-time codes', () => {
  it('is a sound otpauth URI just as it was given', () => {
    const uri = 'otpauth://totp/GitHub:me@example.com?secret=jbsw%20y3dp&issuer=GitHub&algorithm=sha-256&image=steam://x';
    expect(normalizeTotp(`  ${uri}\n`)).toBe(uri);
  });

  it.each([
    secret,
    secret.toLowerCase(),
    (secret.match(/.{4}/g) ?? []).join(' '),
    (secret.match(/.{4}/g) ?? []).join('-'),
    `${secret}======`,
  ])('is an otpauth URI for the bare secret %j', (typed) => {
    const uri = normalizeTotp(typed);
    expect(uri).toBe(`otpauth://totp/vault?secret=${secret}`);
    expect(totpCode(uri, 59_000).code).toBe('287082');
  });

  it('does not change once it is kept', () => {
    for (const text of [secret, `steam://${secret}`]) expect(normalizeTotp(normalizeTotp(text))).toBe(normalizeTotp(text));
  });

  it.each([
    ['nothing', ''],
    ['no base32', 'not a secret!'],
    ['digits that base32 has not', '01189998'],
    ['too little for one byte', 'A'],
    ['only padding', '===='],
    ['padding within it', `${secret.slice(0, 16)}==${secret.slice(16)}`],
    ['a counted code', `otpauth://hotp/x?secret=${secret}&counter=1`],
    ['an unknown kind', `otpauth://yaotp/x?secret=${secret}`],
    ['no secret', 'otpauth://totp/x'],
    ['an unknown algorithm', `otpauth://totp/x?secret=${secret}&algorithm=MD5`],
    ['an algorithm named like a property', `otpauth://totp/x?secret=${secret}&algorithm=constructor`],
    ['three digits', `otpauth://totp/x?secret=${secret}&digits=3`],
    ['digits that are no number', `otpauth://totp/x?secret=${secret}&digits=six`],
    ['eleven digits', `otpauth://totp/x?secret=${secret}&digits=11`],
    ['more than a day', `otpauth://totp/x?secret=${secret}&period=86401`],
    ['digits that are not only digits', `otpauth://totp/x?secret=${secret}&digits=6x`],
    ['digits in hexadecimal', `otpauth://totp/x?secret=${secret}&digits=0x6`],
    ['an algorithm within another word', `otpauth://totp/x?secret=${secret}&algorithm=SHA1HMAC`],
    ['no period', `otpauth://totp/x?secret=${secret}&period=0`],
    ['half a second', `otpauth://totp/x?secret=${secret}&period=0.5`],
    ['another address', 'https://example.com/'],
    ['no address', 'http://['],
    ["Steam's without a secret", 'steam://'],
  ])('is refused when it is %s, without showing it', (_, text) => {
    const error = thrownBy(() => normalizeTotp(text));
    const hint = 'give an otpauth://totp/ address or the secret in base32, as the site shows them';
    expect(error).toEqual(vaultError('invalid_request', hint));
    expect(String(error)).not.toContain(secret);
    if (text.length > 4) expect(String(error)).not.toContain(text);
  });

  it.each([
    [`otpauth://hotp/x?secret=${secret}&counter=1`, 'kind is counted (HOTP): only those of time (TOTP) are supported'],
    ['otpauth://totp/x', 'secret is missing'],
    ['otpauth://totp/x?secret=1', 'secret is not base32'],
    [`otpauth://totp/x?secret=${secret}&digits=3`, 'digits must be a number from 4 to 10'],
    [`otpauth://totp/x?secret=${secret}&period=0`, 'period must be a number from 1 to 86400'],
  ])('is refused with the reason: %s', (uri, reason) => {
    expect(thrownBy(() => normalizeTotp(uri))).toHaveProperty('message', `the one-time code's ${reason}`);
  });

  it('is a URI that gives codes, or is refused, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `otpauth://totp/${text}`),
        ),
        (text) => {
          let uri;
          try {
            uri = normalizeTotp(text);
          } catch (error) {
            expect(error).toEqual(vaultError('invalid_request'));
            return;
          }
          expect(totpCode(uri, 0).code).toMatch(/^\d+$/);
        },
      ),
    );
  });
});
