import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { MalformedError, type WireReader, wireMpint, wireString } from './wire.ts';

/** What ECDSA's curves are called by SSH (RFC 5656) and by JSON Web Keys (RFC 7518), how many bytes a coordinate has, and the hash. */
export const curves = [
  { name: 'nistp256', jwk: 'P-256', bytes: 32, hash: 'sha256' },
  { name: 'nistp384', jwk: 'P-384', bytes: 48, hash: 'sha384' },
  { name: 'nistp521', jwk: 'P-521', bytes: 66, hash: 'sha512' },
] as const;

export type Curve = (typeof curves)[number];

/** A private key that SSH can use, and its public half as SSH writes it. */
export interface SshKey {
  readonly key: KeyObject;
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256` … or `ssh-rsa`. */
  readonly type: string;
  readonly curve: Curve | null;
  /** RFC 4253, section 6.6; RFC 8709; RFC 5656. */
  readonly blob: Buffer;
}

/** Below this a key of RSA is no protection; what OpenSSH itself makes has at least 3072. */
const leastRsaBits = 2048;

function number(text: string | undefined): Buffer {
  if (text === undefined) throw new MalformedError('the key lacks a part');
  return Buffer.from(text, 'base64url');
}

/** What SSH calls a private key; `MalformedError` for one that it does not know. */
export function sshKey(key: KeyObject): SshKey {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') {
    const type = 'ssh-ed25519';
    return { key, type, curve: null, blob: Buffer.concat([wireString(type), wireString(number(jwk.x))]) };
  }
  const curve = jwk.kty === 'EC' ? curves.find((known) => known.jwk === jwk.crv) : undefined;
  if (curve !== undefined) {
    const type = `ecdsa-sha2-${curve.name}`;
    const point = Buffer.concat([Buffer.of(4), number(jwk.x), number(jwk.y)]);
    return { key, type, curve, blob: Buffer.concat([wireString(type), wireString(curve.name), wireString(point)]) };
  }
  if (jwk.kty !== 'RSA') throw new MalformedError('keys are Ed25519, ECDSA on a NIST curve, or RSA');
  const modulus = number(jwk.n);
  if (modulus.length * 8 < leastRsaBits) throw new MalformedError(`an RSA key has at least ${String(leastRsaBits)} bits`);
  const type = 'ssh-rsa';
  return { key, type, curve: null, blob: Buffer.concat([wireString(type), wireMpint(number(jwk.e)), wireMpint(modulus)]) };
}

/** How OpenSSH shows a public key: `SHA256:` and the digest in base64 without padding. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The line of a `.pub` file or of `authorized_keys`. */
export function publicLine({ type, blob }: Pick<SshKey, 'type' | 'blob'>, comment: string): string {
  return `${type} ${blob.toString('base64')}${comment === '' ? '' : ` ${comment.replace(/\s+/g, ' ')}`}`;
}

function fromJwk(jwk: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new MalformedError('the numbers of the key do not make one');
  }
}

function padded(bytes: Buffer, length: number): string {
  if (bytes.length > length) throw new MalformedError('a number of the key is too large');
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]).toString('base64url');
}

function integer(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`);
}

function encoded(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

/** RSA as OpenSSH keeps it: the exponents for the primes are left out, and are computed here. */
function rsaKey(reader: WireReader): KeyObject {
  const [n, e, d, qi, p, q] = [reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint()];
  if (integer(p) < 2n || integer(q) < 2n) throw new MalformedError('the numbers of the key do not make one');
  const exponent = (prime: Buffer) => encoded(integer(d) % (integer(prime) - 1n));
  const text = (bytes: Buffer) => bytes.toString('base64url');
  const primes = { p: text(p), q: text(q), dp: exponent(p), dq: exponent(q), qi: text(qi) };
  return fromJwk({ kty: 'RSA', n: text(n), e: text(e), d: text(d), ...primes });
}

/** A private key as the agent's protocol and OpenSSH's files write it, after its type. Its public half is not taken at its word: see `sshKey`. */
export function readPrivateKey(type: string, reader: WireReader): KeyObject {
  if (type === 'ssh-ed25519') {
    const x = reader.string();
    const both = reader.string();
    if (x.length !== 32 || both.length !== 64) throw new MalformedError('the key has the wrong length');
    return fromJwk({ kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url'), d: both.subarray(0, 32).toString('base64url') });
  }
  const curve = curves.find(({ name }) => type === `ecdsa-sha2-${name}`);
  if (curve !== undefined) {
    const [name, point, d] = [reader.text(), reader.string(), reader.mpint()];
    const isPoint = point.length === 1 + 2 * curve.bytes && point[0] === 4;
    if (name !== curve.name || !isPoint) throw new MalformedError('the key has the wrong length');
    const coordinate = (index: number) => point.subarray(1 + index * curve.bytes, 1 + (index + 1) * curve.bytes).toString('base64url');
    return fromJwk({ kty: 'EC', crv: curve.jwk, x: coordinate(0), y: coordinate(1), d: padded(d, curve.bytes) });
  }
  if (type === 'ssh-rsa') return rsaKey(reader);
  throw new MalformedError('keys are Ed25519, ECDSA on a NIST curve, or RSA');
}

/** The reverse of `readPrivateKey`, type included. The caller wipes it. */
export function writePrivateKey({ key, type, curve, blob }: SshKey): Buffer {
  const jwk = key.export({ format: 'jwk' });
  const d = number(jwk.d);
  if (type === 'ssh-ed25519') return Buffer.concat([blob, wireString(Buffer.concat([d, number(jwk.x)]))]);
  if (curve !== null) return Buffer.concat([blob, wireMpint(d)]);
  return Buffer.concat([wireString(type), ...[jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((part) => wireMpint(number(part)))]);
}
