import { VaultError } from '../errors.ts';
import { toOtpauth } from '../formats/totp-spelling.ts';
import { type OtpCodes, splitLabel } from './account.ts';
import { readMigration } from './migration.ts';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The accounts that the text of a QR code stands for: one, or what Google Authenticator exports. `invalid_request` where it is neither. */
export function readOtpCodes(text: string): OtpCodes {
  const given = text.trim();
  if (/^otpauth-migration:/i.test(given)) return readMigration(given);
  const totp = toOtpauth(given);
  if (totp === null) {
    throw new VaultError('invalid_request', 'the QR code holds no TOTP secret', { hint: 'counted codes (HOTP) are not supported' });
  }
  const url = new URL(totp);
  const label = splitLabel(decoded(url.pathname.slice(1)), url.searchParams.get('issuer'));
  return { accounts: [{ ...label, totp }], unsupported: 0, part: null };
}
