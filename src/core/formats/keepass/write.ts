import { createCipheriv, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { VaultError } from '../../errors.ts';
import type { ExportAttachment, ExportedEntries, ExportOptions } from '../export.ts';
import { headerHmac, writeHmacBlocks } from './blocks.ts';
import { cipherIds, fieldIds, signature } from './header.ts';
import { type Kdf, kdfIds, transformKey } from './kdf.ts';
import { compositeKey, sha256, sha512 } from './keys.ts';
import { protectedStream, streamIds } from './stream.ts';
import { writeVariantMap } from './variant-map.ts';
import { arrange, databaseXml, groupAt, newGroup } from './write-xml.ts';

/** The work a new database asks for: about half a second. Tests ask for less. */
export interface KdbxWork {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
}

const usualWork: KdbxWork = { memoryKiB: 64 * 1024, iterations: 10, parallelism: 2 };

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function field(id: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([id]), u32(value.length), value]);
}

interface Seeds {
  readonly master: Buffer;
  readonly salt: Buffer;
  readonly iv: Buffer;
}

function headerBytes({ master, salt, iv }: Seeds, { memoryKiB, iterations, parallelism }: KdbxWork): Buffer {
  const kdf = writeVariantMap({
    $UUID: { bytes: Buffer.from(kdfIds.argon2id, 'hex') },
    S: { bytes: salt },
    V: { u32: 0x13 },
    I: { u64: iterations },
    M: { u64: memoryKiB * 1024 },
    P: { u32: parallelism },
  });
  return Buffer.concat([
    signature,
    Buffer.from([0, 0, 4, 0]),
    field(fieldIds.cipher, Buffer.from(cipherIds.aes256, 'hex')),
    field(fieldIds.compression, u32(1)),
    field(fieldIds.masterSeed, master),
    field(fieldIds.iv, iv),
    field(fieldIds.kdf, kdf),
    field(fieldIds.end, Buffer.from('\r\n\r\n')),
  ]);
}

/** Names of files are unique within an entry, and characters of XML. */
function fileNames(attachments: readonly ExportAttachment[]): string[] {
  const names: string[] = [];
  for (const attachment of attachments) {
    const name = attachment.name.replace(/[\uFFFE\uFFFF]/g, '_');
    let unique = name;
    for (let copy = 2; names.includes(unique); copy++) unique = `${name} (${copy})`;
    names.push(unique);
  }
  return names;
}

/** What a database holds before it is packed: the key of the protected values, attachments, the XML. */
async function content(entries: ExportedEntries, now: number): Promise<Buffer> {
  const root = newGroup();
  const trash = newGroup();
  const binaries: Uint8Array[] = [];
  for await (const exported of entries) {
    const { entry, pending, history, attachments } = exported;
    const names = fileNames(attachments);
    const files: { name: string; ref: number }[] = [];
    for (const [at, attachment] of attachments.entries()) {
      files.push({ name: names[at] ?? attachment.name, ref: binaries.length });
      binaries.push(await attachment.read());
    }
    const version = { arranged: arrange(entry, pending, { grouped: true }), updatedAt: entry.updatedAt, files };
    const earlier = history.map((revision) => ({
      arranged: arrange(revision, revision.pending ?? null, { grouped: false }),
      updatedAt: revision.updatedAt,
      files: files.filter((_, at) => revision.attachments.includes(attachments[at]?.name ?? '')),
    }));
    groupAt(exported.trashed ? trash : root, version.arranged.path).entries.push({ entry, version, history: earlier });
  }
  const streamKey = randomBytes(64);
  const xml = [...databaseXml(root, trash, new Date(now).toISOString(), protectedStream(streamIds.chacha20, streamKey))];
  return Buffer.concat([
    field(1, u32(streamIds.chacha20)),
    field(2, streamKey),
    // The first byte asks programs to protect the file in memory.
    ...binaries.map((bytes) => field(3, Buffer.concat([Buffer.from([1]), bytes]))),
    field(0, Buffer.alloc(0)),
    Buffer.from(xml.join(''), 'utf8'),
  ]);
}

/** Writes a KDBX 4 database that KeePass 2.48 and KeePassXC 2.6 or newer open: AES-256, Argon2id, values protected by ChaCha20. */
export async function* writeKdbx(
  entries: ExportedEntries,
  { password, argon2, now }: ExportOptions,
  work: KdbxWork = usualWork,
): AsyncGenerator<Buffer> {
  if (password === null) throw new VaultError('invalid_request', 'a KDBX file needs a password');
  const seeds: Seeds = { master: randomBytes(32), salt: randomBytes(32), iv: randomBytes(16) };
  const kdf: Kdf = { kind: 'argon2id', version: 0x13, salt: seeds.salt, ...work };
  const key = await transformKey(compositeKey({ password, keyFile: null }), kdf, argon2);
  const header = headerBytes(seeds, work);
  const hmacKey = sha512(seeds.master, key, Buffer.from([1]));
  const packed = gzipSync(await content(entries, now));
  const cipher = createCipheriv('aes-256-cbc', sha256(seeds.master, key), seeds.iv);
  const body = Buffer.concat([cipher.update(packed), cipher.final()]);
  yield Buffer.concat([header, sha256(header), headerHmac(hmacKey, header)]);
  yield* writeHmacBlocks(body, hmacKey);
}
