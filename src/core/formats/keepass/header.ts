import { VaultError } from '../../errors.ts';
import { aesRounds, type Kdf, kdfOf } from './kdf.ts';
import { readVariantMap } from './variant-map.ts';

/** The file's first bytes: KeePass 2 and what came of it. */
export const signature = Buffer.from('03d9a29a67fb4bb5', 'hex');
const firstSignature = signature.subarray(0, 4);
const keepass1 = Buffer.from('65fb4bb5', 'hex');

export const cipherIds = {
  aes256: '31c1f2e6bf714350be5805216afc5aff',
  chacha20: 'd6038a2b8b6f4cb5a524339a31dbb59a',
  twofish: 'ad68f29f576f4bb9a36ad47af965346c',
} as const;

export type CipherName = 'aes256' | 'chacha20';

/** Ids of the fields in the header of KDBX 3 and 4. */
export const fieldIds = {
  end: 0,
  cipher: 2,
  compression: 3,
  masterSeed: 4,
  transformSeed: 5,
  transformRounds: 6,
  iv: 7,
  streamKey: 8,
  startBytes: 9,
  streamId: 10,
  kdf: 11,
} as const;

export interface KdbxHeader {
  readonly major: 3 | 4;
  /** All of it, as it stands in the file: what is hashed. */
  readonly bytes: Buffer;
  readonly cipher: CipherName;
  readonly compressed: boolean;
  readonly masterSeed: Buffer;
  readonly iv: Buffer;
  readonly kdf: Kdf;
  /** KDBX 3 alone: KDBX 4 has them inside. */
  readonly stream: { readonly id: number; readonly key: Buffer } | null;
  /** KDBX 3 alone: what the body begins with where the key is right. */
  readonly startBytes: Buffer | null;
}

function damaged(): VaultError {
  return new VaultError('invalid_request', "the database's header is damaged or cut short");
}

function majorOf(file: Buffer): 3 | 4 {
  if (file.length < 12 || !file.subarray(0, 4).equals(firstSignature)) {
    throw new VaultError('invalid_request', 'the file is no KeePass database');
  }
  if (file.subarray(4, 8).equals(keepass1)) {
    throw new VaultError('invalid_request', 'the file is a database of KeePass 1', {
      hint: 'open it with KeePass 2 or KeePassXC and save it as .kdbx',
    });
  }
  if (!file.subarray(0, 8).equals(signature)) throw new VaultError('invalid_request', 'the file is no KeePass database of a known kind');
  const major = file.readUInt16LE(10);
  // Version 2 is what the betas of KeePass 2 wrote: all but the header's hash is as in version 3.
  if (major === 2 || major === 3) return 3;
  if (major === 4) return 4;
  throw new VaultError('invalid_request', 'the database is of a newer version than is known');
}

function fieldsOf(file: Buffer, lengthBytes: 2 | 4): { fields: ReadonlyMap<number, Buffer>; end: number } {
  const fields = new Map<number, Buffer>();
  let at = 12;
  for (;;) {
    const head = at + 1 + lengthBytes;
    if (head > file.length) throw damaged();
    const id = file.readUInt8(at);
    const length = file.readUIntLE(at + 1, lengthBytes);
    if (length > file.length - head) throw damaged();
    if (id === fieldIds.end) return { fields, end: head + length };
    fields.set(id, file.subarray(head, head + length));
    at = head + length;
  }
}

function cipherOf(id: string): CipherName {
  if (id === cipherIds.aes256) return 'aes256';
  if (id === cipherIds.chacha20) return 'chacha20';
  if (id === cipherIds.twofish) {
    throw new VaultError('invalid_request', 'the database is encrypted with Twofish, which is not supported', {
      hint: "choose AES or ChaCha20 in the database's security settings and save it again",
    });
  }
  throw new VaultError('invalid_request', 'the database is encrypted with a cipher that is not known');
}

/** Reads the header of a KDBX file, versions 3 and 4, and checks everything in it that can be checked without a key. */
export function readHeader(file: Buffer): KdbxHeader {
  const major = majorOf(file);
  const { fields, end } = fieldsOf(file, major === 3 ? 2 : 4);
  const field = (id: number, lengths?: readonly number[]): Buffer => {
    const value = fields.get(id);
    if (value === undefined || lengths?.includes(value.length) === false) throw damaged();
    return value;
  };
  const cipher = cipherOf(field(fieldIds.cipher, [16]).toString('hex'));
  const compression = field(fieldIds.compression, [4]).readUInt32LE();
  if (compression > 1) throw damaged();
  const rounds = () => aesRounds(field(fieldIds.transformRounds, [8]).readBigUInt64LE());
  return {
    major,
    bytes: file.subarray(0, end),
    cipher,
    compressed: compression === 1,
    masterSeed: field(fieldIds.masterSeed, [32]),
    iv: field(fieldIds.iv, [cipher === 'aes256' ? 16 : 12]),
    kdf:
      major === 4
        ? kdfOf(readVariantMap(field(fieldIds.kdf)))
        : { kind: 'aes', seed: field(fieldIds.transformSeed, [32]), rounds: rounds() },
    stream: major === 4 ? null : { id: field(fieldIds.streamId, [4]).readUInt32LE(), key: field(fieldIds.streamKey) },
    startBytes: major === 4 ? null : field(fieldIds.startBytes, [32]),
  };
}
