import { crc32, deflateRawSync } from 'node:zlib';

/** What has eight bytes in ZIP64 where four do not do. */
type Wide = 'size' | 'packed' | 'offset';

export interface Packed {
  readonly name: string;
  readonly data: Uint8Array;
  /** As it is, instead of deflated. */
  readonly stored?: boolean;
  /** A size to claim instead of the true one. */
  readonly claim?: number;
  readonly checksum?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Further fields of the directory, and of the file's own header. */
  readonly extra?: Uint8Array;
  readonly localExtra?: Uint8Array;
  readonly comment?: string;
  readonly wide?: readonly Wide[];
}

export interface ZipOptions {
  readonly comment?: string;
  /** Numbers to claim of the directory instead of the true ones. */
  readonly claims?: { readonly count?: number; readonly length?: number; readonly offset?: number };
  /** Whether the true ones stand in the records of ZIP64. */
  readonly zip64?: boolean;
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

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const allOnes = 0xffffffff;

/** A ZIP archive by APPNOTE, honest unless told otherwise. */
export function zipOf(files: readonly Packed[], { comment = '', claims = {}, zip64 = false }: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const { name, data, stored = false, claim = data.length, checksum = crc32(data), flags = 0, method = stored ? 0 : 8, wide = [] } = file;
    const packed = stored ? Buffer.from(data) : deflateRawSync(data);
    const path = Buffer.from(name);
    const own = Buffer.from(file.localExtra ?? []);
    const note = Buffer.from(file.comment ?? '');
    const true64 = { size: claim, packed: packed.length, offset };
    const wides = (['size', 'packed', 'offset'] as const).filter((part) => wide.includes(part)).map((part) => u64(true64[part]));
    const narrow = (part: Wide) => u32(wide.includes(part) ? allOnes : true64[part]);
    const extra = Buffer.concat([file.extra ?? Buffer.alloc(0), ...(wides.length === 0 ? [] : [u16(1), u16(8 * wides.length), ...wides])]);
    const common = Buffer.concat([
      u16(20),
      u16(flags),
      u16(method),
      u32(0),
      u32(checksum),
      narrow('packed'),
      narrow('size'),
      u16(path.length),
    ]);
    const local = Buffer.concat([u32(0x04034b50), common, u16(own.length), path, own, packed]);
    const fields = [u16(extra.length), u16(note.length), u16(0), u16(0), u32(0), narrow('offset'), path, extra, note];
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), common, ...fields]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const { count = files.length, length = central.length, offset: begin = offset } = claims;
  const true64 = [u64(files.length), u64(files.length), u64(central.length), u64(offset)];
  const records64 = zip64
    ? [u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), ...true64, u32(0x07064b50), u32(0), u64(offset + central.length), u32(1)]
    : [];
  const end = [
    u32(0x06054b50),
    u32(0),
    u16(count),
    u16(count),
    u32(length),
    u32(begin),
    u16(Buffer.byteLength(comment)),
    Buffer.from(comment),
  ];
  return Buffer.concat([...parts, central, ...records64, ...end]);
}
