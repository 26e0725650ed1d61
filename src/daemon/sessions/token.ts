import { createSecretKey } from 'node:crypto';
import { base64url, EncryptJWT, errors, jwtDecrypt } from 'jose';

/** The claims of a token that are this session's own. */
export interface TokenClaims {
  /** 16 bytes. */
  readonly sessionId: Buffer;
  /** 32 bytes: the token's share of what opens the session's record. */
  readonly secret: Buffer;
  /** Milliseconds since 1970; tokens carry whole seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface Tokens {
  /** An encrypted JWT (RFC 7519, RFC 7516). */
  issue(claims: TokenClaims): Promise<string>;
  /** What a token of this daemon says; null for every other text, without a reason: there is none to give to who sent it. */
  read(token: string, now: number): Promise<{ readonly sessionId: Buffer; readonly secret: Buffer } | null>;
}

const header = { alg: 'dir', enc: 'A256GCM', typ: 'vault+jwt' } as const;
const issuer = 'vaultd';
const audience = 'vault';
const maxTokenBytes = 1024;

/** Of the five parts of a JWE the second, the encrypted key, is empty: `dir`. */
const partCount = 5;
const emptyPart = 1;

/** Whether a part is what its own bytes encode to. jose would accept stray bits in the last character: another token, same claims. */
function canonical(part: string): boolean {
  return base64url.encode(Buffer.from(part, 'base64url')) === part;
}

function wellFormed(token: string): boolean {
  if (token.length > maxTokenBytes) return false;
  const parts = token.split('.');
  return parts.length === partCount && parts.every((part, i) => (part === '') === (i === emptyPart) && canonical(part));
}

function bytesOf(claim: unknown, length: number): Buffer | null {
  if (typeof claim !== 'string') return null;
  const bytes = Buffer.from(claim, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === claim ? bytes : null;
}

/** Makes and reads tokens under one key (32 bytes). */
export function createTokens(key: Buffer): Tokens {
  const secretKey = createSecretKey(key);
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return {
    issue({ sessionId, secret, issuedAt, expiresAt }) {
      return new EncryptJWT({ sec: secret.toString('base64url') })
        .setProtectedHeader(header)
        .setIssuer(issuer)
        .setAudience(audience)
        .setJti(sessionId.toString('base64url'))
        .setIssuedAt(seconds(issuedAt))
        .setExpirationTime(seconds(expiresAt))
        .encrypt(secretKey);
    },
    async read(token, now) {
      if (!wellFormed(token)) return null;
      try {
        const { payload, protectedHeader } = await jwtDecrypt(token, secretKey, {
          keyManagementAlgorithms: [header.alg],
          contentEncryptionAlgorithms: [header.enc],
          typ: header.typ,
          issuer,
          audience,
          currentDate: new Date(now),
          requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'sec'],
        });
        // jose takes other spellings of the type, too.
        if (protectedHeader.typ !== header.typ || Object.keys(protectedHeader).length !== Object.keys(header).length) return null;
        const sessionId = bytesOf(payload.jti, 16);
        const secret = bytesOf(payload['sec'], 32);
        return sessionId === null || secret === null ? null : { sessionId, secret };
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
