import { encodeBase32 } from '../base32.ts';
import { otpauthUri } from '../totp-spelling.ts';

/** Texts of an entry by name, those that were understood taken out. */
export type Texts = Map<string, { value: string; hidden: boolean }>;

function take(texts: Texts, name: string): string | null {
  const found = texts.get(name);
  texts.delete(name);
  return found === undefined || found.value === '' ? null : found.value;
}

/** KeePass 2.47 and later: the secret in one of four encodings, the rest in texts of their own. */
function fromKeepass(texts: Texts): string | null {
  const plain = take(texts, 'TimeOtp-Secret');
  const hex = take(texts, 'TimeOtp-Secret-Hex');
  const base64 = take(texts, 'TimeOtp-Secret-Base64');
  const base32 = take(texts, 'TimeOtp-Secret-Base32');
  const bytes =
    plain !== null
      ? Buffer.from(plain, 'utf8')
      : hex !== null
        ? Buffer.from(hex.replace(/\s/g, ''), 'hex')
        : base64 !== null
          ? Buffer.from(base64, 'base64')
          : null;
  const secret = base32 ?? (bytes === null ? null : encodeBase32(bytes));
  if (secret === null) return null;
  const digits = take(texts, 'TimeOtp-Length');
  const period = take(texts, 'TimeOtp-Period');
  return otpauthUri({
    secret,
    digits: digits === null ? null : Number(digits),
    period: period === null ? null : Number(period),
    algorithm: take(texts, 'TimeOtp-Algorithm'),
  });
}

/** KeeTrayTOTP: `TOTP Seed`, and `TOTP Settings` as `30;6`, or `30;S` for Steam. */
function fromTray(texts: Texts): string | null {
  const secret = take(texts, 'TOTP Seed');
  if (secret === null) return null;
  const [period = '', digits = ''] = (take(texts, 'TOTP Settings') ?? '').split(';');
  const steam = digits.trim().toUpperCase() === 'S';
  return otpauthUri({
    secret,
    steam,
    period: /^\d+$/.test(period) ? Number(period) : null,
    digits: /^\d+$/.test(digits) ? Number(digits) : null,
  });
}

/** Every one-time code of an entry or null, in each of the four ways in which programs around KeePass keep them. */
export function takeCodes(texts: Texts): (string | null)[] {
  return [take(texts, 'otp'), take(texts, 'OTPAuth'), fromTray(texts), fromKeepass(texts)];
}
