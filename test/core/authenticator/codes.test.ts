import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOtpCodes } from '../../../src/core/authenticator/codes.ts';
import { BrokenMessage, wireFields } from '../../../src/core/authenticator/wire.ts';
import { normalizeTotp, totpCode } from '../../../src/core/totp.ts';
import { migrationAddress, type MigratedAccount, migrationPayload, wireField } from '../../support/migration.ts';
import { thrownBy, vaultError } from '../support.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const secretBytes = Buffer.from('12345678901234567890');

describe('the code that a site shows', () => {
  it.each([
    [`otpauth://totp/GitHub:me%40example.com?secret=${secret}&issuer=GitHub`, 'GitHub', 'me@example.com'],
    [`otpauth://totp/me?secret=${secret}&issuer=Air+Canada`, 'Air Canada', 'me'],
    [`otpauth://totp/Old:me?secret=${secret}&issuer=New`, 'New', 'me'],
    [`otpauth://totp/Slack:team:%20me?secret=${secret}`, 'Slack', 'team: me'],
    [`otpauth://totp/GitHub?secret=${secret}&issuer=GitHub`, 'GitHub', null],
    [`otpauth://totp/me?secret=${secret}`, null, 'me'],
    [`otpauth://totp/100%?secret=${secret}`, null, '100%'],
    [`otpauth://totp/a%0Ab?secret=${secret}`, null, 'a b'],
    [`otpauth://totp/?secret=${secret}`, null, null],
  ])('%s is one account, by its label and issuer', (text, issuer, account) => {
    expect(readOtpCodes(` ${text}\n`)).toEqual({ accounts: [{ issuer, account, totp: text }], unsupported: 0, part: null });
  });

  it.each(['https://example.com/', 'WIFI:S:net;P:password;;', '', `otpauth://hotp/x?secret=${secret}&counter=1`])(
    'is refused where it is %j',
    (text) => {
      expect(thrownBy(() => readOtpCodes(text))).toEqual(vaultError('invalid_request'));
    },
  );
});

describe("Google Authenticator's export", () => {
  it('is read as its users have published it', () => {
    const text = 'otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC';
    const totp = 'otpauth://totp/Example:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example';
    const accounts = [{ issuer: 'Example', account: 'alice@google.com', totp }];
    expect(readOtpCodes(text)).toEqual({ accounts, unsupported: 0, part: null });
  });

  it('gives every account its hash, its digits and the codes that the app shows', () => {
    const text = migrationAddress(
      [
        { secret: secretBytes, label: 'One:me', issuer: 'One', algorithm: 1, digits: 1, type: 2 },
        { secret: Buffer.from('12345678901234567890123456789012'), label: 'me', issuer: 'Two', algorithm: 2, digits: 2, type: 2 },
        { secret: secretBytes, label: 'nothing said' },
      ],
      { parts: 3, part: 1 },
    );
    const { accounts, part, unsupported } = readOtpCodes(text);
    expect(accounts).toMatchObject([
      { issuer: 'One', account: 'me' },
      { issuer: 'Two', account: 'me' },
      { issuer: null, account: 'nothing said' },
    ]);
    expect({ part, unsupported }).toEqual({ part: { number: 2, of: 3 }, unsupported: 0 });
    // RFC 6238, appendix B.
    expect(accounts.map(({ totp }) => totpCode(totp, 59_000).code)).toEqual(['287082', '46119246', '287082']);
  });

  it('reads a plus sign as what it is in base64', () => {
    const plus = migrationPayload([{ secret: Buffer.alloc(12, 0xfb), label: 'x' }]).toString('base64');
    expect(plus).toContain('+');
    const { accounts } = readOtpCodes(`otpauth-migration://offline?data=${plus}`);
    expect(accounts).toMatchObject([{ totp: expect.stringContaining('secret=7P57') }]);
  });

  it('leaves out what counts (HOTP), unknown hashes and accounts without a secret, and says how many', () => {
    const unusable: MigratedAccount[] = [
      { secret: secretBytes, type: 1, counter: 7 },
      { secret: secretBytes, algorithm: 4 },
      { secret: secretBytes, digits: 9 },
      { secret: Buffer.alloc(0) },
    ];
    const { accounts, unsupported } = readOtpCodes(migrationAddress([...unusable, { secret: secretBytes, label: 'good', type: 2 }]));
    expect({ names: accounts.map(({ account }) => account), unsupported }).toEqual({ names: ['good'], unsupported: 4 });
  });

  it.each([
    ['without data', 'otpauth-migration://offline'],
    ['not base64', 'otpauth-migration://offline?data=!!!'],
    ['badly escaped', 'otpauth-migration://offline?data=%E0%A4%A'],
    ['cut off', migrationAddress([{ secret: secretBytes }]).slice(0, 45)],
    ['of another type', `otpauth-migration://offline?data=${wireField(1, wireField(1, 5)).toString('base64')}`],
  ])('is refused where it is %s', (_, text) => {
    expect(thrownBy(() => readOtpCodes(text))).toEqual(vaultError('invalid_request'));
  });

  it('comes back as it was written, whatever it holds', () => {
    const account = fc.record({
      secret: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      label: fc.string(),
      issuer: fc.string(),
      algorithm: fc.integer({ min: 0, max: 3 }),
      digits: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(account, { maxLength: 10 }), (written) => {
        const { accounts, unsupported } = readOtpCodes(migrationAddress(written));
        expect({ read: accounts.length, unsupported }).toEqual({ read: written.length, unsupported: 0 });
        for (const { totp } of accounts) expect(normalizeTotp(totp)).toBe(totp);
      }),
    );
  });

  it('is read or refused, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = `otpauth-migration://offline?data=${encodeURIComponent(Buffer.from(bytes).toString('base64'))}`;
        try {
          readOtpCodes(text);
        } catch (error) {
          expect(error).toEqual(vaultError('invalid_request'));
        }
        try {
          wireFields(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenMessage);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
