import { VaultError } from '../../errors.ts';

/* How OpenPGP (RFC 9580) puts a message together: armor around packets, packets with lengths old and new. */

export function damaged(): VaultError {
  return new VaultError('invalid_request', 'the encrypted message is damaged or cut short');
}

const armorHead = '-----BEGIN PGP MESSAGE-----';

export function isArmored(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 100))
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '')
    .trimStart()
    .startsWith(armorHead);
}

/** The bytes within the armor; a message without one is taken as it is. */
export function unarmored(message: Uint8Array): Buffer {
  if (!isArmored(message)) return Buffer.from(message);
  const text = Buffer.from(message).toString('latin1');
  const lines = text
    .slice(text.indexOf(armorHead))
    .split(/\r?\n/)
    .map((line) => line.trim());
  const end = lines.findIndex((line) => line.startsWith('-----END PGP MESSAGE-----'));
  if (end < 0) throw damaged();
  // Headers, a blank line, the text, and the checksum, which is of no use beside the MDC.
  const body = lines.slice(1, end).filter((line) => !line.startsWith('=') && !line.includes(':'));
  return Buffer.from(body.join(''), 'base64');
}

export interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** A new packet's length: one, two or five bytes, or a power of two with more to follow. */
function bodyLength(bytes: Buffer, at: number): { length: number; next: number; partial: boolean } {
  const first = bytes.readUInt8(at);
  if (first < 192) return { length: first, next: at + 1, partial: false };
  if (first < 224) return { length: ((first - 192) << 8) + bytes.readUInt8(at + 1) + 192, next: at + 2, partial: false };
  if (first === 255) return { length: bytes.readUInt32BE(at + 1), next: at + 5, partial: false };
  return { length: 2 ** (first & 31), next: at + 1, partial: true };
}

function newPacket(bytes: Buffer, from: number): { body: Buffer; next: number } {
  const parts: Buffer[] = [];
  let at = from;
  for (;;) {
    const { length, next, partial } = bodyLength(bytes, at);
    if (length > bytes.length - next) throw damaged();
    parts.push(bytes.subarray(next, next + length));
    at = next + length;
    if (!partial) return { body: parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts), next: at };
  }
}

/** An old packet's length: one, two or four bytes, or all that is left. */
function oldPacket(bytes: Buffer, from: number, kind: number): { body: Buffer; next: number } {
  const size = kind === 3 ? 0 : 2 ** kind;
  const length = size === 0 ? bytes.length - from : bytes.readUIntBE(from, size);
  if (length > bytes.length - from - size) throw damaged();
  return { body: bytes.subarray(from + size, from + size + length), next: from + size + length };
}

export function* packets(bytes: Buffer): Generator<Packet> {
  for (let at = 0; at < bytes.length;) {
    const head = bytes.readUInt8(at);
    if ((head & 0x80) === 0) throw damaged();
    const isNew = (head & 0x40) !== 0;
    const { body, next } = isNew ? newPacket(bytes, at + 1) : oldPacket(bytes, at + 1, head & 3);
    yield { tag: isNew ? head & 63 : (head >> 2) & 15, body };
    at = next;
  }
}
