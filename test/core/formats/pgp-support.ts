import { createCipheriv, createHash, randomBytes } from 'node:crypto';

function packet(tag: number, body: Buffer): Buffer {
  const length = body.length < 192 ? Buffer.from([body.length]) : Buffer.alloc(5, 255);
  if (length.length > 1) length.writeUInt32BE(body.length, 1);
  return Buffer.concat([Buffer.from([0xc0 | tag]), length, body]);
}

/** `cipher` 9 is AES-256, `kind` 3 the salted and repeated hash by SHA-256, with the count coded as 0x60: 65,536 bytes. */
function hashed(password: string, salt: Buffer): Buffer {
  const unit = Buffer.concat([salt, Buffer.from(password)]);
  const all = Buffer.concat(Array<Buffer>(Math.ceil(65_536 / unit.length)).fill(unit));
  return createHash('sha256').update(all.subarray(0, 65_536)).digest();
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
  const session = packet(
    3,
    Buffer.concat([Buffer.from([4, 9]), specifier ?? Buffer.concat([Buffer.from([3, 8]), salt, Buffer.from([0x60])])]),
  );
  const literal = packet(11, Buffer.concat([Buffer.from('b'), Buffer.from([0]), Buffer.alloc(4), data]));
  const start = randomBytes(16);
  const plain = Buffer.concat([start, start.subarray(14), literal, Buffer.from([0xd3, 0x14])]);
  const cipher = createCipheriv('aes-256-cfb', key ?? hashed(password, salt), Buffer.alloc(16));
  const sealed = Buffer.concat([cipher.update(plain), cipher.update(createHash('sha1').update(plain).digest()), cipher.final()]);
  const message = Buffer.concat([session, packet(18, Buffer.concat([Buffer.from([1]), sealed]))]);
  if (!armored) return message;
  const text = message.toString('base64').replace(/.{60}/g, '$&\n');
  return Buffer.from(`-----BEGIN PGP MESSAGE-----\n\n${text}\n=AAAA\n-----END PGP MESSAGE-----\n`);
}
