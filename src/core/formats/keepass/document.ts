import { VaultError } from '../../errors.ts';
import type { ByteSource } from '../source.ts';
import { fromIso, fromSeconds } from '../times.ts';
import { readXml, type XmlAttributes, type XmlHandler } from '../xml.ts';
import { inflateWithin } from './body.ts';
import type { KeepassDocument, KeepassEntry, KeepassGroup } from './model.ts';
import type { ProtectedStream } from './stream.ts';

/** Seconds from the beginning of the year 1, from which KeePass counts in KDBX 4, to 1970. */
export const keepassEpoch = 62_135_596_800;

const noUuid = '00000000000000000000000000000000';

/** Elements that are more than one text, and end as a whole. */
const wholes = new Set(['Group', 'Entry', 'String', 'Association', 'Item']);

function timeOf(text: string): string | null {
  if (text.includes('-') || text.includes(':')) return fromIso(text);
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 8 ? fromSeconds(Number(bytes.readBigInt64LE()) - keepassEpoch) : null;
}

function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === 'true';
}

function uuidOf(text: string): string {
  return Buffer.from(text, 'base64').toString('hex');
}

function newEntry(): KeepassEntry {
  const times = { created: null, modified: null, expiry: null, expires: false };
  return {
    uuid: '',
    texts: [],
    files: [],
    tags: '',
    ...times,
    overrideUrl: '',
    autoType: '',
    associations: [],
    customData: [],
    history: [],
  };
}

/** A file's bytes: base64, packed where it says so. An empty one is packed to nothing, which is no gzip. */
function fileBytes(text: string, attributes: XmlAttributes, clear: Buffer | null): () => Buffer {
  return () => {
    const bytes = clear ?? Buffer.from(text, 'base64');
    return isTrue(attributes['Compressed']) && bytes.length > 0 ? inflateWithin(bytes) : bytes;
  };
}

/** A name and what belongs to it, while the element that holds both is open. */
interface Pair {
  name: string;
  value: string;
  hidden: boolean;
  data: (() => Buffer) | null;
  ref: string | null;
}

class DocumentReader implements XmlHandler {
  readonly document: KeepassDocument = { entries: [], groups: [], binaries: new Map(), recycleBin: null, generator: '', headerHash: null };
  root = '';
  recycleBinEnabled = true;
  readonly #unprotect: ProtectedStream | null;
  #group: KeepassGroup | null = null;
  /** The entry that is open, and within it an earlier version of it. */
  readonly #entries: KeepassEntry[] = [];
  #pair: Pair | null = null;

  constructor(unprotect: ProtectedStream | null) {
    this.#unprotect = unprotect;
  }

  open(path: readonly string[]): void {
    const name = path.at(-1) ?? '';
    if (path.length === 1) this.root = name;
    if (name === 'Group') {
      this.#group = { uuid: '', name: '', notes: '', tags: '', parent: this.#group };
      this.document.groups.push(this.#group);
    } else if (name === 'Entry') this.#entries.push(newEntry());
    else if (this.#isWhole(name, path.at(-2))) this.#pair = { name: '', value: '', hidden: false, data: null, ref: null };
  }

  close(path: readonly string[], text: string, attributes: XmlAttributes): void {
    const name = path.at(-1) ?? '';
    const parent = path.at(-2) ?? '';
    // Values take their part of the key stream in the order of the file, those of earlier versions too.
    const clear = this.#unprotect !== null && isTrue(attributes['Protected']) ? this.#unprotect(Buffer.from(text, 'base64')) : null;
    if (this.#isWhole(name, parent)) this.#closeWhole(name);
    else if (this.#pair !== null) this.#closePair(this.#pair, name, clear?.toString('utf8') ?? text, attributes, clear);
    else if (parent === 'Binaries' && name === 'Binary') {
      this.document.binaries.set(attributes['ID'] ?? '', fileBytes(text, attributes, clear));
    } else this.#closeText(parent, name, text);
  }

  /** A file is one within an entry; among the database's binaries it is a text. */
  #isWhole(name: string, parent: string | undefined): boolean {
    return wholes.has(name) || (name === 'Binary' && parent !== 'Binaries');
  }

  #closePair(pair: Pair, name: string, text: string, attributes: XmlAttributes, clear: Buffer | null): void {
    if (name === 'Key' || name === 'Window') pair.name = text;
    if (name !== 'Value' && name !== 'KeystrokeSequence') return;
    pair.value = text;
    pair.hidden = isTrue(attributes['Protected']) || isTrue(attributes['ProtectInMemory']);
    pair.ref = attributes['Ref'] ?? null;
    pair.data = pair.ref === null ? fileBytes(text, attributes, clear) : null;
  }

  #closeText(parent: string, name: string, text: string): void {
    const entry = this.#entries.at(-1);
    if (parent === 'Meta') {
      if (name === 'RecycleBinEnabled') this.recycleBinEnabled = isTrue(text);
      if (name === 'RecycleBinUUID' && uuidOf(text) !== noUuid) this.document.recycleBin = uuidOf(text);
      if (name === 'Generator') this.document.generator = text;
      if (name === 'HeaderHash') this.document.headerHash = text;
    } else if (parent === 'Group' && this.#group !== null) {
      if (name === 'UUID') this.#group.uuid = uuidOf(text);
      if (name === 'Name') this.#group.name = text;
      if (name === 'Notes') this.#group.notes = text;
      if (name === 'Tags') this.#group.tags = text;
    } else if (parent === 'Entry' && entry !== undefined) {
      if (name === 'UUID') entry.uuid = uuidOf(text);
      if (name === 'Tags') entry.tags = text;
      if (name === 'OverrideURL') entry.overrideUrl = text;
    } else if (parent === 'Times' && entry !== undefined) {
      if (name === 'CreationTime') entry.created = timeOf(text);
      if (name === 'LastModificationTime') entry.modified = timeOf(text);
      if (name === 'ExpiryTime') entry.expiry = timeOf(text);
      if (name === 'Expires') entry.expires = isTrue(text);
    } else if (parent === 'AutoType' && name === 'DefaultSequence' && entry !== undefined) entry.autoType = text;
  }

  #closeWhole(name: string): void {
    const entry = this.#entries.at(-1);
    const pair = this.#pair;
    if (name === 'Group') this.#group = this.#group?.parent ?? null;
    else if (name === 'Entry' && entry !== undefined) {
      this.#entries.pop();
      const current = this.#entries.at(-1);
      if (current !== undefined) current.history.push(entry);
      else if (this.#group !== null) this.document.entries.push({ entry, group: this.#group });
    } else if (pair !== null) {
      this.#pair = null;
      if (name === 'String') entry?.texts.push({ name: pair.name, value: pair.value, hidden: pair.hidden });
      if (name === 'Binary') entry?.files.push({ name: pair.name, data: pair.data, ref: pair.ref });
      if (name === 'Association') entry?.associations.push({ window: pair.name, sequence: pair.value });
      if (name === 'Item') entry?.customData.push({ name: pair.name, value: pair.value });
    }
  }
}

/**
 * Reads KeePass's XML: what a KDBX file holds, and what KeePass 2 exports. Protected values stand encrypted in a KDBX file and as plain
 * text in an export, whatever their attributes say. `invalid_request` where it is no such XML.
 */
export function readDocument(source: ByteSource, unprotect: ProtectedStream | null): KeepassDocument {
  const reader = new DocumentReader(unprotect);
  readXml(source, reader);
  const { document, root, recycleBinEnabled } = reader;
  if (root === 'pwlist') throw new VaultError('invalid_request', 'the file is the XML of KeePass 1, which is not supported');
  if (root !== 'KeePassFile') throw new VaultError('invalid_request', 'the file is no XML of KeePass 2');
  if (!recycleBinEnabled) document.recycleBin = null;
  return document;
}
