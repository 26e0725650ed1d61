import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
  readonly name: string;
  readonly data: Uint8Array;
  /** As it is, instead of deflated. */
  readonly stored?: boolean;
  /** A size to claim instead of the true one. */
  readonly claim?: number;
  readonly checksum?: number;
  readonly flags?: number;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A ZIP archive by APPNOTE, honest unless told otherwise. */
export function zipOf(files: readonly Packed[], { comment = '' } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, stored = false, claim = data.length, checksum = crc32(data), flags = 0 } of files) {
    const packed = stored ? Buffer.from(data) : deflateRawSync(data);
    const path = Buffer.from(name);
    const common = Buffer.concat([
      u16(20),
      u16(flags),
      u16(stored ? 0 : 8),
      u32(0),
      u32(checksum),
      u32(packed.length),
      u32(claim),
      u16(path.length),
      u16(0),
    ]);
    const local = Buffer.concat([u32(0x04034b50), common, path, packed]);
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), common, u16(0), u16(0), u16(0), u32(0), u32(offset), path]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = [
    u32(0x06054b50),
    u32(0),
    u16(files.length),
    u16(files.length),
    u32(central.length),
    u32(offset),
    u16(comment.length),
    Buffer.from(comment),
  ];
  return Buffer.concat([...parts, central, ...end]);
}
