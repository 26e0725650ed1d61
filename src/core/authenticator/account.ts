/** An account of an authenticator app. */
export interface OtpAccount {
  /** Whose code it is: `GitHub`. */
  readonly issuer: string | null;
  readonly account: string | null;
  /** The otpauth address. */
  readonly totp: string;
}

/** What a QR code that an authenticator app or a site shows holds. */
export interface OtpCodes {
  readonly accounts: readonly OtpAccount[];
  /** Accounts that are left out: counted codes (HOTP), and hashes that nobody uses. */
  readonly unsupported: number;
  /** Which of several QR codes this is, from 1; null where it is the only one. */
  readonly part: { readonly number: number; readonly of: number } | null;
}

/** One line, as an entry's name has to be. */
function textOrNull(text: string | null): string | null {
  const line = (text ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line === '' ? null : line;
}

/** `Issuer:account`, as labels have it; a parameter that names the issuer stands above the label. */
export function splitLabel(label: string, issuer: string | null): Pick<OtpAccount, 'issuer' | 'account'> {
  const colon = label.indexOf(':');
  if (colon >= 0) return { issuer: textOrNull(issuer) ?? textOrNull(label.slice(0, colon)), account: textOrNull(label.slice(colon + 1)) };
  const given = textOrNull(issuer);
  const account = textOrNull(label);
  // Some sites write their name into both places.
  return { issuer: given, account: account === given ? null : account };
}
