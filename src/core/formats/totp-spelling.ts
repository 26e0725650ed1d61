import { VaultError } from '../errors.ts';
import { normalizeTotp } from '../totp.ts';

/** What an otpauth address is made of. Absent parts are the usual ones: 6 digits, 30 s, SHA-1. */
export interface TotpParts {
  readonly secret: string;
  readonly account?: string | null;
  readonly issuer?: string | null;
  /** In any spelling: `SHA256`, `sha-256`, `HMAC-SHA-256`. */
  readonly algorithm?: string | null;
  readonly digits?: number | null;
  readonly period?: number | null;
  readonly steam?: boolean;
}

/** The otpauth address for these parts, not checked yet. */
export function otpauthUri({ secret, account, issuer, algorithm, digits, period, steam = false }: TotpParts): string {
  const query = new URLSearchParams({ secret: secret.toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, '') });
  if (issuer != null && issuer !== '') query.set('issuer', issuer);
  const hash = algorithm?.toUpperCase().replace(/^HMAC/, '').replaceAll(/[-_]/g, '') ?? '';
  if (hash !== '' && hash !== 'SHA1') query.set('algorithm', hash);
  if (steam) query.set('digits', '5');
  else if (digits != null && digits !== 6) query.set('digits', String(digits));
  if (period != null && period !== 30) query.set('period', String(period));
  if (steam) query.set('encoder', 'steam');
  const name = [issuer, account].filter((part) => part != null && part !== '').map((part) => encodeURIComponent(part ?? ''));
  return `otpauth://totp/${name.length === 0 ? 'vault' : name.join(':')}?${query.toString().replaceAll('+', '%20')}`;
}

/** KeeOtp, a plugin of KeePass, writes a query: `key=GEZD…&size=8&step=25&otpHashMode=Sha256`. */
function fromKeeOtp(text: string): string | null {
  if (!/^(?:[\w.]+=[^&]*&)*key=/i.test(text)) return null;
  const query = new Map([...new URLSearchParams(text)].map(([name, value]) => [name.toLowerCase(), value]));
  const type = query.get('type')?.toLowerCase();
  if (type !== undefined && type !== 'totp' && type !== 'steam') return null;
  return otpauthUri({
    secret: query.get('key') ?? '',
    digits: Number(query.get('size') ?? 6),
    period: Number(query.get('step') ?? 30),
    algorithm: query.get('otphashmode') ?? null,
    steam: type === 'steam',
  });
}

function normalized(text: string): string | null {
  try {
    return normalizeTotp(text);
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

/**
 * The otpauth address for a one-time code's secret in any spelling that programs write: an address, Steam's, KeeOtp's query, base32 in
 * any case, in groups, padded, percent-encoded. Null for what is none: a code that counts (HOTP), or plain text.
 */
export function toOtpauth(text: string): string | null {
  const given = text.trim().replace(/^apple-otpauth:/i, 'otpauth:');
  const direct = normalized(given);
  if (direct !== null) return direct;
  const query = fromKeeOtp(given);
  if (query !== null) return normalized(query);
  // Some programs put the address or the padding through the encoding twice.
  if (!/%[0-9a-f]{2}/i.test(given)) return null;
  try {
    return normalized(decodeURIComponent(given));
  } catch {
    return null;
  }
}
