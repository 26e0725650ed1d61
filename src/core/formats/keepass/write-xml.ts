import { randomBytes } from 'node:crypto';
import type { PendingPassword } from '../../entry/earlier.ts';
import { idBytes } from '../../entry/id.ts';
import type { Entry, EntryContent, Field } from '../../entry/schema.ts';
import { type Overflow, overflowField, overflowOf, readsBack } from '../overflow.ts';
import { keepassEpoch } from './document.ts';
import type { ProtectedStream } from './stream.ts';

/** What our databases name as the program that wrote them. */
export const generator = 'Vault';

/** What XML 1.0 cannot hold, and what KeePass would take for a reference to another entry. */

const unfit = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\{REF:/iu;

/** Texts of an entry that mean something of their own. */
const reserved =
  /^(?:Title|UserName|Password|URL|Notes|otp|OTPAuth|TOTP Seed|TOTP Settings|(?:Time|Hmac)Otp-.*|KP2A_URL(?:_\d+)?|_etm_.*)$/i;

/** A tag that can be a path of groups: our own reader's depth, and everybody's patience, have an end. */
const deepestGroup = 32;

const specials: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => specials[character] ?? '');
}

function fits(text: string): boolean {
  return !unfit.test(text);
}

/** Seconds since the beginning of the year 1, as KDBX 4 writes times. */
function timeText(iso: string): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(Math.floor(Date.parse(iso) / 1000) + keepassEpoch));
  return bytes.toString('base64');
}

export interface Arranged {
  /** The groups it goes into, from below the root. */
  readonly path: readonly string[];
  readonly tags: readonly string[];
  readonly texts: readonly Field[];
}

function isPath(tag: string): boolean {
  const parts = tag.split('/');
  return fits(tag) && parts.length <= deepestGroup && parts.every((part) => part.trim() !== '');
}

/**
 * Finds a place for each part of an entry: the first tag is its group, but for an earlier version, which has none; what KDBX cannot hold goes
 * into our own field.
 */
export function arrange(entry: EntryContent, pending: PendingPassword | null, { grouped }: { readonly grouped: boolean }): Arranged {
  const left: Overflow = pending === null ? {} : { pending };
  const texts: Field[] = [];
  const seen = new Set<string>();
  const add = (name: string, value: string, hidden: boolean): void => {
    seen.add(name);
    texts.push({ name, value, hidden });
  };
  const standard = (name: string, value: string | null, key: 'name' | 'username' | 'password' | 'notes' | 'totp', hidden = false): void => {
    if (value === null || value === '') return;
    if (fits(value)) add(name, value, hidden);
    else left[key] = value;
  };
  standard('Title', entry.name, 'name');
  standard('UserName', entry.username, 'username');
  standard('Password', entry.password, 'password', true);
  standard('Notes', entry.notes, 'notes');
  standard('otp', entry.totp, 'totp', true);
  if (readsBack(entry.urls) && entry.urls.every(fits)) {
    entry.urls.forEach((url, at) => add(at === 0 ? 'URL' : at === 1 ? 'KP2A_URL' : `KP2A_URL_${at - 1}`, url, false));
  } else left.urls = entry.urls;
  for (const field of entry.fields) {
    const plain = field.value !== '' && fits(field.name) && fits(field.value) && field.name !== overflowField;
    if (plain && !reserved.test(field.name) && !seen.has(field.name)) add(field.name, field.value, field.hidden);
    else (left.fields ??= []).push(field);
  }
  const [first, ...rest] = entry.tags;
  const path = grouped && first !== undefined && isPath(first) ? first.split('/') : [];
  const tags = path.length > 0 ? rest : entry.tags;
  const sound = (tag: string): boolean => fits(tag) && !/[;,]/.test(tag) && tag.trim() === tag;
  const others = tags.filter((tag) => !sound(tag));
  if (others.length > 0) left.tags = others;
  const overflow = overflowOf(left);
  return { path, tags: tags.filter(sound), texts: overflow === null ? texts : [...texts, overflow] };
}

/** An entry as it is or was. */
export interface Version {
  readonly arranged: Arranged;
  readonly updatedAt: string;
  readonly files: readonly { name: string; ref: number }[];
}

/** The entries of one group, and its groups. */
export interface GroupTree {
  readonly entries: { readonly entry: Entry; readonly version: Version; readonly history: readonly Version[] }[];
  readonly groups: Map<string, GroupTree>;
}

export function newGroup(): GroupTree {
  return { entries: [], groups: new Map() };
}

/** The group at a path, made where it is missing. */
export function groupAt(root: GroupTree, path: readonly string[]): GroupTree {
  let group = root;
  for (const name of path) {
    const next = group.groups.get(name) ?? newGroup();
    group.groups.set(name, next);
    group = next;
  }
  return group;
}

function times(created: string, modified: string): string {
  const [begin, end] = [timeText(created), timeText(modified)];
  return `<Times><CreationTime>${begin}</CreationTime><LastModificationTime>${end}</LastModificationTime><LastAccessTime>${end}</LastAccessTime><ExpiryTime>${end}</ExpiryTime><Expires>False</Expires><UsageCount>0</UsageCount><LocationChanged>${begin}</LocationChanged></Times>`;
}

function* versionXml(entry: Entry, { arranged, updatedAt, files }: Version, protect: ProtectedStream): Generator<string> {
  yield `<Entry><UUID>${idBytes(entry.id).toString('base64')}</UUID><IconID>0</IconID><ForegroundColor/><BackgroundColor/><OverrideURL/>`;
  yield `<Tags>${escape(arranged.tags.join(';'))}</Tags>${times(entry.createdAt, updatedAt)}`;
  for (const { name, value, hidden } of arranged.texts) {
    const text = hidden ? protect(Buffer.from(value, 'utf8')).toString('base64') : escape(value);
    yield `<String><Key>${escape(name)}</Key><Value${hidden ? ' Protected="True"' : ''}>${text}</Value></String>`;
  }
  for (const { name, ref } of files) yield `<Binary><Key>${escape(name)}</Key><Value Ref="${ref}"/></Binary>`;
  yield '<AutoType><Enabled>True</Enabled><DataTransferObfuscation>0</DataTransferObfuscation><DefaultSequence/></AutoType>';
}

function* entryXml({ entry, version, history }: GroupTree['entries'][number], protect: ProtectedStream): Generator<string> {
  yield* versionXml(entry, version, protect);
  yield '<History>';
  for (const earlier of history) {
    yield* versionXml(entry, earlier, protect);
    yield '</Entry>';
  }
  yield '</History></Entry>';
}

function* groupXml(name: string, group: GroupTree, uuid: Buffer, now: string, protect: ProtectedStream): Generator<string> {
  yield `<Group><UUID>${uuid.toString('base64')}</UUID><Name>${escape(name)}</Name><Notes/><IconID>48</IconID>${times(now, now)}<IsExpanded>True</IsExpanded>`;
  yield '<DefaultAutoTypeSequence/><EnableAutoType>null</EnableAutoType><EnableSearching>null</EnableSearching>';
  yield `<LastTopVisibleEntry>${Buffer.alloc(16).toString('base64')}</LastTopVisibleEntry>`;
  for (const entry of group.entries) yield* entryXml(entry, protect);
  for (const [inner, tree] of group.groups) yield* groupXml(inner, tree, randomBytes(16), now, protect);
  yield '</Group>';
}

/** The XML of a database: its groups and entries, and a recycle bin with those from the trash. */
export function* databaseXml(root: GroupTree, trash: GroupTree, now: string, protect: ProtectedStream): Generator<string> {
  const bin = randomBytes(16);
  yield `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<KeePassFile><Meta><Generator>${generator}</Generator><DatabaseName>Vault</DatabaseName>`;
  yield '<MemoryProtection><ProtectTitle>False</ProtectTitle><ProtectUserName>False</ProtectUserName><ProtectPassword>True</ProtectPassword><ProtectURL>False</ProtectURL><ProtectNotes>False</ProtectNotes></MemoryProtection>';
  yield `<RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>${bin.toString('base64')}</RecycleBinUUID><RecycleBinChanged>${timeText(now)}</RecycleBinChanged>`;
  yield '<HistoryMaxItems>10</HistoryMaxItems><HistoryMaxSize>6291456</HistoryMaxSize></Meta><Root>';
  const whole: GroupTree = { entries: root.entries, groups: new Map(root.groups) };
  let closing = '';
  for (const part of groupXml('Root', whole, randomBytes(16), now, protect)) {
    // The recycle bin is the root's last group.
    yield closing;
    closing = part;
  }
  yield* groupXml('Recycle Bin', trash, bin, now, protect);
  yield `${closing}<DeletedObjects/></Root></KeePassFile>`;
}
