import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOtpCodes } from '../../../src/core/authenticator/codes.ts';
import { BrokenMessage, wireFields } from '../../../src/core/authenticator/wire.ts';
import { normalizeTotp, totpCode } from '../../../src/core/totp.ts';
import { migrationAddress, type MigratedAccount, migrationPayload, wireField } from '../../support/migration.ts';
import { thrownBy, vaultError } from '../support.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const secretBytes = Buffer.from('12345678901234567890');

/** The address of an export that holds these fields. */
function addressOf(...fields: readonly Buffer[]): string {
  return `otpauth-migration://offline?data=${encodeURIComponent(Buffer.concat(fields).toString('base64'))}`;
}

describe('the code that a site shows', () => {
  it.each([
    [`otpauth://totp/GitHub:me%40example.com?secret=${secret}&issuer=GitHub`, 'GitHub', 'me@example.com'],
    [`otpauth://totp/me?secret=${secret}&issuer=Air+Canada`, 'Air Canada', 'me'],
    [`otpauth://totp/Old:me?secret=${secret}&issuer=New`, 'New', 'me'],
    [`otpauth://totp/Slack:team:%20me?secret=${secret}`, 'Slack', 'team: me'],
    [`otpauth://totp/GitHub?secret=${secret}&issuer=GitHub`, 'GitHub', null],
    [`otpauth://totp/me?secret=${secret}`, null, 'me'],
    [`otpauth://totp/100%?secret=${secret}`, null, '100%'],
    [`otpauth://totp/GitHub:%20me?secret=${secret}`, 'GitHub', 'me'],
    [`otpauth://totp/:me?secret=${secret}`, null, 'me'],
    [`otpauth://totp/a%0D%0Ab?secret=${secret}`, null, 'a b'],
    [`otpauth://totp/me?secret=${secret}&image=otpauth-migration:x`, null, 'me'],
    [`otpauth://totp?secret=${secret}`, null, null],
    [`otpauth://totp/?secret=${secret}`, null, null],
  ])('%s is one account, by its label and issuer', (text, issuer, account) => {
    expect(readOtpCodes(` ${text}\n`)).toEqual({ accounts: [{ issuer, account, totp: text }], unsupported: 0, part: null });
  });

  it.each(['https://example.com/', 'WIFI:S:net;P:password;;', '', `otpauth://hotp/x?secret=${secret}&counter=1`])(
    'is refused where it is %j',
    (text) => {
      expect(thrownBy(() => readOtpCodes(text))).toEqual(vaultError('invalid_request', 'counted codes (HOTP) are not supported'));
    },
  );
});

describe("Google Authenticator's export", () => {
  it('is read as its users have published it', () => {
    const text = 'otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC';
    const totp = 'otpauth://totp/Example:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example';
    const accounts = [{ issuer: 'Example', account: 'alice@google.com', totp }];
    expect(readOtpCodes(` ${text}\n`)).toEqual({ accounts, unsupported: 0, part: null });
  });

  it('gives every account its hash, its digits and the codes that the app shows', () => {
    const text = migrationAddress(
      [
        { secret: secretBytes, label: 'One:me', issuer: 'One', algorithm: 1, digits: 1, type: 2 },
        { secret: Buffer.from('12345678901234567890123456789012'), label: 'me', issuer: 'Two', algorithm: 2, digits: 2, type: 2 },
        { secret: secretBytes, label: 'nothing said' },
        { secret: Buffer.from('1234567890'.repeat(7).slice(0, 64)), label: 'me', issuer: 'Three', algorithm: 3, digits: 2 },
      ],
      { parts: 3, part: 1 },
    );
    const { accounts, part, unsupported } = readOtpCodes(text);
    expect(accounts).toMatchObject([
      { issuer: 'One', account: 'me' },
      { issuer: 'Two', account: 'me' },
      { issuer: null, account: 'nothing said' },
      { issuer: 'Three', account: 'me' },
    ]);
    expect({ part, unsupported }).toEqual({ part: { number: 2, of: 3 }, unsupported: 0 });
    // RFC 6238, appendix B.
    expect(accounts.map(({ totp }) => totpCode(totp, 59_000).code)).toEqual(['287082', '46119246', '287082', '90693936']);
  });

  it.each([
    [1, 0, null],
    [0, 0, null],
    [2, 0, { number: 1, of: 2 }],
    [2, 1, { number: 2, of: 2 }],
    [2, 2, null],
    [2, -1, null],
  ])('says which of its QR codes this is: of %i number %i', (parts, part, said) => {
    expect(readOtpCodes(migrationAddress([{ secret: secretBytes }], { parts, part })).part).toEqual(said);
  });

  it('is read past what a later version may add', () => {
    const payload = migrationPayload([{ secret: secretBytes, label: 'me' }]);
    const { accounts, unsupported } = readOtpCodes(addressOf(payload, wireField(9, 'new'), wireField(1, 7)));
    expect({ names: accounts.map(({ account }) => account), unsupported }).toEqual({ names: ['me'], unsupported: 0 });
  });

  it('reads a plus sign as what it is in base64, and the two letters that stand for it and for the slash in addresses', () => {
    const plus = migrationPayload([{ secret: Buffer.from('fbfbfbffffff'.repeat(2), 'hex'), label: 'x' }]).toString('base64');
    expect(plus).toMatch(/\+.*\//);
    for (const data of [plus, plus.replaceAll('+', '-').replaceAll('/', '_')]) {
      const { accounts } = readOtpCodes(`otpauth-migration://offline?data=${data}`);
      expect(accounts).toMatchObject([{ totp: expect.stringContaining('secret=7P57X7777757X677777Q') }]);
    }
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
    ['of another type', addressOf(wireField(1, wireField(1, 5)))],
    ['with bytes for a number', addressOf(wireField(1, Buffer.concat([wireField(1, secretBytes), wireField(4, '2')])))],
    ['with a label that is no UTF-8', addressOf(wireField(1, Buffer.concat([wireField(1, secretBytes), wireField(2, Buffer.of(0xff))])))],
    ['with more before its data', migrationAddress([{ secret: secretBytes }]).replace('data=', 'data=!')],
    ['with more after its data', `${migrationAddress([{ secret: secretBytes }])}!`],
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

describe('a message of protocol buffers', () => {
  it.each([
    ['nothing', '', []],
    ['numbers of one byte and of several', '0801 108001 189601', [1n, 128n, 150n]],
    ['the largest number', '08ffffffffffffffffff01', [2n ** 64n - 1n]],
    ['bytes', '0a00 12026869', ['', 'hi']],
    ['what has four or eight bytes, which is skipped', '0d01020304 110102030405060708 1807', [7n]],
  ])('has its fields in order: %s', (_, hex, values) => {
    const fields = wireFields(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    expect(fields.map(({ value }) => (typeof value === 'bigint' ? value : value.toString()))).toEqual(values);
  });

  it.each([
    ['a number that does not end', '0880'],
    ['a number of eleven bytes', '088080808080808080808001'],
    ['fewer bytes than it says', '0a0561'],
    ['fewer than four bytes', '0d010203'],
    ['fewer than eight bytes', '0901020304050607'],
    ['a group', '0b01020304'],
    ['no type that there is', '0f01020304'],
  ])('is broken where it has %s', (_, hex) => {
    expect(() => wireFields(Buffer.from(hex, 'hex'))).toThrow(BrokenMessage);
  });
});
