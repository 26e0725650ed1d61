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
