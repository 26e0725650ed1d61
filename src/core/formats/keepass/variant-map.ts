import { VaultError } from '../../errors.ts';

/** KDBX 4's "VariantDictionary": the KDF's values by name, numbers as bigints. */
export type VariantMap = ReadonlyMap<string, bigint | Buffer | string | boolean>;

const majorVersion = 1;

const kinds = { end: 0, u32: 0x04, u64: 0x05, bool: 0x08, i32: 0x0c, i64: 0x0d, text: 0x18, bytes: 0x42 } as const;

function damaged(): VaultError {
  return new VaultError('invalid_request', "the database's header is damaged");
}

function valueOf(kind: number, bytes: Buffer): bigint | Buffer | string | boolean {
  const sizes: Readonly<Record<number, number>> = { [kinds.u32]: 4, [kinds.i32]: 4, [kinds.u64]: 8, [kinds.i64]: 8, [kinds.bool]: 1 };
  if (sizes[kind] !== undefined && bytes.length !== sizes[kind]) throw damaged();
  switch (kind) {
    case kinds.u32:
      return BigInt(bytes.readUInt32LE());
    case kinds.i32:
      return BigInt(bytes.readInt32LE());
    case kinds.u64:
      return bytes.readBigUInt64LE();
    case kinds.i64:
      return bytes.readBigInt64LE();
    case kinds.bool:
      return bytes[0] !== 0;
    case kinds.text:
      return bytes.toString('utf8');
    case kinds.bytes:
      return bytes;
    default:
      throw damaged();
  }
}

export function readVariantMap(bytes: Buffer): VariantMap {
  if (bytes.length < 3 || bytes.readUInt8(1) !== majorVersion) throw damaged();
  const map = new Map<string, bigint | Buffer | string | boolean>();
  let at = 2;
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw damaged();
    at += length;
    return bytes.subarray(at - length, at);
  };
  for (;;) {
    const kind = take(1).readUInt8();
    if (kind === kinds.end) return map;
    const name = take(take(4).readUInt32LE()).toString('utf8');
    map.set(name, valueOf(kind, take(take(4).readUInt32LE())));
  }
}

/** A number as 32 or 64 bits, or bytes. */
export type Variant = { readonly u32: number } | { readonly u64: number } | { readonly bytes: Uint8Array };

export function writeVariantMap(values: Readonly<Record<string, Variant>>): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0, majorVersion])];
  const length = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  for (const [name, value] of Object.entries(values)) {
    let kind: number = kinds.bytes;
    let data: Uint8Array;
    if ('u32' in value) {
      kind = kinds.u32;
      data = length(value.u32);
    } else if ('u64' in value) {
      kind = kinds.u64;
      const wide = Buffer.alloc(8);
      wide.writeBigUInt64LE(BigInt(value.u64));
      data = wide;
    } else data = value.bytes;
    parts.push(Buffer.from([kind]), length(Buffer.byteLength(name)), Buffer.from(name), length(data.length), data);
  }
  return Buffer.concat([...parts, Buffer.from([kinds.end])]);
}
