import { randomUUID } from 'node:crypto';

/** The 16 bytes of a UUID's text. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The text of a UUID's 16 bytes. */
export function idText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A random id (UUIDv4) in its 16 bytes. */
export function newId(): Buffer {
  return idBytes(randomUUID());
}
