import { createHmac } from 'node:crypto';
import { u64 } from './crypto/bytes.ts';
import { VaultError } from './errors.ts';
import { urlOf } from './url.ts';

/** What an otpauth URI says about its codes (Google Authenticator's "Key URI Format"). */
interface TotpParameters {
  readonly secret: Buffer;
  readonly algorithm: string;
  readonly digits: number;
  /** Seconds that one code lives. */
  readonly period: number;
  /** Steam writes its codes in letters of its own. */
  readonly steam: boolean;
}

export interface TotpCode {
  readonly code: string;
  /** Whole seconds until the next code, at least 1. */
  readonly remainingSeconds: number;
  /** Seconds that each code lives. */
  readonly period: number;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const steamAlphabet = '23456789BCDFGHJKMNPQRTVWXY';
const steamDigits = 5;
const algorithms: Readonly<Record<string, string>> = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' };

function refuse(what: string): VaultError {
  return new VaultError('invalid_request', `the one-time code's ${what}`, {
    hint: 'give an otpauth://totp/ address or the secret in base32, as the site shows them',
  });
}

/** RFC 4648, as sites show it: any case, in groups, with or without padding. Left-over bits are dropped: real secrets have them. */
function decodeBase32(text: string): Buffer {
  const symbols = text.toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, '');
  const bytes = Buffer.alloc(Math.floor((symbols.length * 5) / 8));
  let at = 0;
  let bits = 0;
  let value = 0;
  for (const symbol of symbols) {
    const digit = base32.indexOf(symbol);
    if (digit < 0) throw refuse('secret is not base32');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (value >> bits) & 255;
    }
  }
  if (bytes.length === 0) throw refuse('secret is missing');
  return bytes;
}

/** A number in a query, within bounds. */
function numeric(text: string | null, fallback: number, min: number, max: number, what: string): number {
  if (text === null || text === '') return fallback;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw refuse(`${what} must be a number from ${String(min)} to ${String(max)}`);
  return value;
}

function parseTotp(uri: string): TotpParameters {
  const url = urlOf(uri);
  if (url?.protocol !== 'otpauth:') throw refuse('address is not an otpauth one');
  const type = url.hostname.toLowerCase();
  if (type === 'hotp') throw refuse('kind is counted (HOTP): only those of time (TOTP) are supported');
  if (type !== 'totp' && type !== 'steam') throw refuse('kind is unknown');
  const query = url.searchParams;
  const named = (query.get('algorithm') ?? 'SHA1').toUpperCase().replace(/^HMAC/, '').replaceAll('-', '');
  const algorithm = Object.hasOwn(algorithms, named) ? algorithms[named] : undefined;
  if (algorithm === undefined) throw refuse('algorithm is unknown');
  return {
    secret: decodeBase32(query.get('secret') ?? ''),
    algorithm,
    digits: numeric(query.get('digits'), 6, 4, 10, 'digits'),
    period: numeric(query.get('period'), 30, 1, 86_400, 'period'),
    steam: type === 'steam' || query.get('encoder')?.toLowerCase() === 'steam',
  };
}

/**
 * What an entry keeps as `totp`: a sound otpauth URI as it is; from Steam's `steam://SECRET`, or a bare secret in base32, the
 * otpauth URI for it. `invalid_request` says what is wrong, never what was given.
 */
export function normalizeTotp(text: string): string {
  const given = text.trim();
  const steam = /^steam:\/\/(.*)/is.exec(given)?.[1];
  if (steam === undefined && given.includes(':')) {
    parseTotp(given);
    return given;
  }
  const secret = (steam ?? given).toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, '');
  decodeBase32(secret);
  if (steam !== undefined) return `otpauth://totp/Steam?secret=${secret}&issuer=Steam&digits=5&encoder=steam`;
  return `otpauth://totp/vault?secret=${secret}`;
}

/** The value that a code is written from: RFC 4226 section 5.3. */
function truncated({ secret, algorithm }: TotpParameters, counter: number): number {
  const mac = createHmac(algorithm, secret).update(u64(counter)).digest();
  return mac.readUInt32BE((mac[mac.length - 1] ?? 0) & 15) & 0x7fffffff;
}

/** The code in force at a time (RFC 6238), in milliseconds since 1970. `invalid_request` where the URI is not sound. */
export function totpCode(uri: string, epochMs: number): TotpCode {
  const parameters = parseTotp(uri);
  const { digits, period } = parameters;
  const seconds = Math.floor(epochMs / 1000);
  const value = truncated(parameters, Math.floor(seconds / period));
  const remainingSeconds = period - (seconds % period);
  if (!parameters.steam) return { code: String(value % 10 ** digits).padStart(digits, '0'), remainingSeconds, period };
  let code = '';
  for (let rest = value, at = 0; at < steamDigits; at++, rest = Math.floor(rest / steamAlphabet.length)) {
    code += steamAlphabet[rest % steamAlphabet.length] ?? '';
  }
  return { code, remainingSeconds, period };
}
