import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otpauthUri, toOtpauth } from '../../../src/core/formats/totp-spelling.ts';
import { totpCode } from '../../../src/core/totp.ts';
import { codePoint } from '../../support/code-point.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** The code that RFC 6238 gives for its SHA-1 secret 59 s after 1970, of eight digits. */
const rfcTime = 59_000;

describe('a one-time code', () => {
  it('is understood in every spelling that programs write', () => {
    const grouped = secret.toLowerCase().replace(/.{4}/g, '$& ');
    for (const text of [
      secret,
      secret.toLowerCase(),
      grouped,
      `${secret}====`,
      `${secret}%3D%3D`,
      `otpauth://totp/a:b?secret=${secret}`,
      `apple-otpauth://totp/a:b?secret=${secret}`,
      `key=${secret}`,
      encodeURIComponent(`otpauth://totp/x?secret=${secret}`),
    ]) {
      const uri = toOtpauth(text);
      expect([text, uri === null ? null : totpCode(uri, rfcTime).code]).toEqual([text, '287082']);
    }
  });

  it('keeps digits, seconds and hash of KeeOtp', () => {
    const uri = toOtpauth(`key=${secret}&size=8&step=25&otpHashMode=Sha256`);
    expect(uri).toBe(`otpauth://totp/vault?secret=${secret}&algorithm=SHA256&digits=8&period=25`);
  });

  it('becomes an address that says no more than it has to', () => {
    for (const [parts, rest] of [
      [{ secret: 'gezd gnbv-GY3T====' }, 'vault?secret=GEZDGNBVGY3T'],
      [{ secret: 'AB=CD==' }, 'vault?secret=AB%3DCD'],
      [{ secret: 'A', issuer: '', account: '' }, 'vault?secret=A'],
      [{ secret: 'A', issuer: null, account: null, algorithm: null, digits: null, period: null }, 'vault?secret=A'],
      [{ secret: 'A', algorithm: '', digits: 6, period: 30 }, 'vault?secret=A'],
      [{ secret: 'A', issuer: 'Air Canada', account: 'me@a' }, 'Air%20Canada:me%40a?secret=A&issuer=Air%20Canada'],
      [{ secret: 'A', issuer: 'I' }, 'I?secret=A&issuer=I'],
      [{ secret: 'A', account: 'a' }, 'a?secret=A'],
      [{ secret: 'A', algorithm: 'hmac-sha-1' }, 'vault?secret=A'],
      [{ secret: 'A', algorithm: 'HmacSHA_512', digits: 7, period: 45 }, 'vault?secret=A&algorithm=SHA512&digits=7&period=45'],
      [{ secret: 'A', algorithm: 'xHMAC' }, 'vault?secret=A&algorithm=XHMAC'],
      [{ secret: 'A', digits: 8, steam: true }, 'vault?secret=A&digits=5&encoder=steam'],
    ] as const) {
      expect(otpauthUri(parts)).toBe(`otpauth://totp/${rest}`);
    }
  });

  it("is found in KeeOtp's query wherever its key stands, and only there", () => {
    const plain = `otpauth://totp/vault?secret=${secret}`;
    for (const text of [`size=6&key=${secret}`, `a.b_1=&c=x=y&KEY=${secret}`, `type=TOTP&key=${secret}`, ` key=${secret} `]) {
      expect([text, toOtpauth(text)]).toEqual([text, plain]);
    }
    for (const text of [
      `x key=${secret}`,
      `a b=1&key=${secret}`,
      `mykey=${secret}`,
      `size=8`,
      `x apple-otpauth://totp/a?secret=${secret}`,
    ]) {
      expect([text, toOtpauth(text)]).toEqual([text, null]);
    }
    expect(toOtpauth(`\n apple-otpauth://totp/a?secret=${secret} `)).toBe(`otpauth://totp/a?secret=${secret}`);
  });

  it("is Steam's where it says so", () => {
    for (const text of ['steam://ABCDEFGH', 'key=ABCDEFGH&type=Steam']) {
      expect(totpCode(toOtpauth(text) ?? '', 0).code).toMatch(/^[2-9B-Y]{5}$/);
    }
  });

  it('is nothing where it is not of time, or no secret at all', () => {
    for (const text of [
      '',
      'hello world!',
      `otpauth://hotp/a?secret=${secret}&counter=1`,
      'otpauth://totp/x',
      '%',
      '%E0%A4%A',
      'key=ABC&type=hotp',
    ]) {
      expect([text, toOtpauth(text)]).toEqual([text, null]);
    }
  });

  it('has an address that is sound for any issuer and account', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), fc.string({ unit: codePoint }), (issuer, account) => {
        fc.pre(issuer.isWellFormed() && account.isWellFormed());
        const uri = otpauthUri({ secret, issuer, account, digits: 8, algorithm: 'sha1' });
        expect(toOtpauth(uri)).toBe(uri);
        expect(totpCode(uri, rfcTime).code).toBe('94287082');
        expect(new URL(uri).searchParams.get('issuer') ?? '').toBe(issuer);
      }),
      { numRuns: 30 },
    );
  });
});
