import { VaultError } from '../errors.ts';
import { encodeBase32 } from '../formats/base32.ts';
import { otpauthUri } from '../formats/totp-spelling.ts';
import { type OtpAccount, type OtpCodes, splitLabel } from './account.ts';
import { BrokenMessage, type WireField, wireFields } from './wire.ts';

/*
 * What Google Authenticator exports: `otpauth-migration://offline?data=` and, in base64, a message of protocol buffers
 *
 *   Payload    { repeated Account accounts = 1; int32 version = 2, parts = 3, part = 4, id = 5 }
 *   Account    { bytes secret = 1; string label = 2, issuer = 3; Algorithm = 4; Digits = 5; Type = 6; int64 counter = 7 }
 *   Algorithm  { SHA1 = 1, SHA256 = 2, SHA512 = 3, MD5 = 4 }    Digits { six = 1, eight = 2 }    Type { HOTP = 1, TOTP = 2 }
 *
 * Zero is the usual everywhere. How long a code lives is not in it: 30 seconds are what the app itself assumes.
 */

const algorithms: readonly (string | undefined)[] = ['SHA1', 'SHA1', 'SHA256', 'SHA512'];
const digitCounts: readonly (number | undefined)[] = [6, 6, 8];
const counted = 1;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function bytesOf(fields: readonly WireField[], number: number): Buffer {
  const value = fields.findLast((field) => field.number === number)?.value;
  if (typeof value === 'bigint') throw new BrokenMessage();
  return value ?? Buffer.alloc(0);
}

function numberOf(fields: readonly WireField[], number: number): number {
  const value = fields.findLast((field) => field.number === number)?.value ?? 0n;
  if (typeof value !== 'bigint') throw new BrokenMessage();
  return Number(BigInt.asIntN(64, value));
}

/** Null for what gives no codes of time. */
function accountIn(message: Buffer): OtpAccount | null {
  const fields = wireFields(message);
  const secret = bytesOf(fields, 1);
  const algorithm = algorithms[numberOf(fields, 4)];
  const digits = digitCounts[numberOf(fields, 5)];
  if (numberOf(fields, 6) === counted || algorithm === undefined || digits === undefined || secret.length === 0) return null;
  const text = (number: number) => strictUtf8.decode(bytesOf(fields, number));
  const label = splitLabel(text(2), text(3));
  return { ...label, totp: otpauthUri({ secret: encodeBase32(secret), ...label, algorithm, digits }) };
}

/** Base64 in an address: percent-encoded, and a plus sign is no space here. */
function payloadOf(address: string): Buffer {
  const data = /[?&]data=([^&#]*)/.exec(address)?.[1] ?? '';
  const base64 = decodeURIComponent(data).replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) throw new BrokenMessage();
  return Buffer.from(base64, 'base64');
}

function codesIn(payload: Buffer): OtpCodes {
  const fields = wireFields(payload);
  const messages = fields.flatMap(({ number, value }) => (number === 1 && typeof value !== 'bigint' ? [value] : []));
  const accounts = messages.map(accountIn).filter((account) => account !== null);
  const [parts, part] = [numberOf(fields, 3), numberOf(fields, 4)];
  return {
    accounts,
    unsupported: messages.length - accounts.length,
    part: parts > 1 && part >= 0 && part < parts ? { number: part + 1, of: parts } : null,
  };
}

/** The accounts in an `otpauth-migration` address. `invalid_request` where it is damaged; never what stands in it. */
export function readMigration(address: string): OtpCodes {
  try {
    return codesIn(payloadOf(address));
  } catch {
    throw new VaultError('invalid_request', "the QR code is an authenticator's export, but a damaged one");
  }
}
