import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** A packet in the new form, its length in one byte or five. */
export function packet(tag: number, body: Uint8Array): Buffer {
  const length = body.length < 192 ? Buffer.from([body.length]) : Buffer.alloc(5, 255);
  if (length.length > 1) length.writeUInt32BE(body.length, 1);
  return Buffer.concat([Buffer.from([0xc0 | tag]), length, body]);
}

/** Data as a file of a name. */
export function literal(data: Uint8Array, name = ''): Buffer {
  return packet(11, literalBody(data, name));
}

export function literalBody(data: Uint8Array, name = ''): Buffer {
  return Buffer.concat([Buffer.from('b'), Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.alloc(4), data]);
}

/** A session key of version 4: its cipher, how a password gives the key, and another key encrypted under that. */
export function sessionKey(cipher: number, specifier: Uint8Array, encrypted: Uint8Array = Buffer.alloc(0)): Buffer {
  return packet(3, Buffer.concat([Buffer.from([4, cipher]), specifier, encrypted]));
}

/** `kind` 3 is the salted and repeated hash, 8 SHA-256; the count is coded. */
export function repeatedSpecifier(salt: Uint8Array, coded = 0x60): Buffer {
  return Buffer.concat([Buffer.from([3, 8]), salt, Buffer.from([coded])]);
}

/** The salted and repeated hash by SHA-256, with the count coded as 0x60: 65,536 bytes. */
export function hashed(password: string, salt: Uint8Array): Buffer {
  const unit = Buffer.concat([salt, Buffer.from(password)]);
  const all = Buffer.concat(Array<Buffer>(Math.ceil(65_536 / unit.length)).fill(unit));
  return createHash('sha256').update(all.subarray(0, 65_536)).digest();
}

/** What is encrypted: a random block with its last two bytes again, the content, and the detection code, whose packet begins as told. */
export function guarded(content: Uint8Array, { again = true, head = [0xd3, 0x14] } = {}): Buffer {
  const start = randomBytes(16);
  const repeated = Buffer.from(start.subarray(14));
  if (!again) repeated[1] = (repeated[1] ?? 0) ^ 1;
  const plain = Buffer.concat([start, repeated, content, Buffer.from(head)]);
  return Buffer.concat([plain, createHash('sha1').update(plain).digest()]);
}

/** The packet with the encrypted content. */
export function sealed(plain: Uint8Array, key: Uint8Array, cipher = `aes-${key.length * 8}-cfb`): Buffer {
  const sealing = createCipheriv(cipher, key, Buffer.alloc(16));
  return packet(18, Buffer.concat([Buffer.from([1]), sealing.update(plain), sealing.final()]));
}

export function armor(message: Uint8Array): string {
  const text = Buffer.from(message).toString('base64').replace(/.{60}/g, '$&\n');
  return `-----BEGIN PGP MESSAGE-----\n\n${text}\n=AAAA\n-----END PGP MESSAGE-----\n`;
}

export interface PgpOptions {
  readonly armored?: boolean;
  /** Overrides the specifier and its key, as another program may write them. */
  readonly specifier?: Buffer;
  readonly key?: Uint8Array;
}

/** A message as OpenPGP.js writes it for a password: version 4, AES-256 in CFB mode with its detection code, plain literal data. */
export function sealPgp(data: Uint8Array, password: string, { armored = true, specifier, key }: PgpOptions = {}): Buffer {
  const salt = randomBytes(8);
  const message = Buffer.concat([
    sessionKey(9, specifier ?? repeatedSpecifier(salt)),
    sealed(guarded(literal(data)), key ?? hashed(password, salt)),
  ]);
  return armored ? Buffer.from(armor(message)) : message;
}
