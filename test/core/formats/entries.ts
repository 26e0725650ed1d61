import fc from 'fast-check';
import { expect } from 'vitest';
import { entry as entrySchema, type Entry } from '../../../src/core/entry/schema.ts';
import type { ExportedEntry, ExportOptions } from '../../../src/core/formats/export.ts';
import type { ImportedItem, ImportProblem } from '../../../src/core/formats/item.ts';
import { earlierPasswords } from '../../../src/core/formats/earlier-passwords.ts';
import { totpCode } from '../../../src/core/totp.ts';
import { readDetected, realArgon2 } from './support.ts';
import { codePoint } from '../../support/code-point.ts';

/** Characters that formats stumble over: separators, quotes, formulas, markup, references, line ends, controls, beyond the first plane. */
const awkward = fc.constantFrom(
  ...[
    'a',
    'B',
    'é',
    '漢',
    '💥',
    ' ',
    ',',
    ';',
    '"',
    "'",
    '\\',
    '/',
    ':',
    '=',
    '+',
    '-',
    '@',
    '<',
    '&',
    '>',
    '{',
    '}',
    '|',
    '#',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u0000',
    '\u0007',
    '\uFFFE',
    '\uFEFF',
    '{REF:',
    '&amp;',
    '%41',
    '[',
    ']',
    '\u2028',
  ],
);
const awkwardText = fc.array(awkward, { maxLength: 12 }).map((parts) => parts.join(''));
const text = fc.oneof(awkwardText, fc.string({ unit: codePoint, maxLength: 20 }));

function isLabel(value: string): boolean {
  return entrySchema.shape.tags.element.safeParse(value).success;
}

const label = text.filter(isLabel);
const name = label.filter((value) => value !== '.' && value !== '..');
/** Not given and empty are the same in other programs. */
const optional = fc.option(
  text.filter((value) => value !== ''),
  { nil: null },
);
const time = fc.date({ min: new Date('1970-01-02'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString());

const totp = fc.option(
  fc.constantFrom(
    'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
    'otpauth://totp/Air%20Canada:me%40a.example?secret=GEZDGNBVGY3TQOJQ&issuer=Air%20Canada&algorithm=SHA256&digits=8&period=60',
    'otpauth://totp/Steam?secret=ABCDEFGH&issuer=Steam&digits=5&encoder=steam',
  ),
  { nil: null },
);

const field = fc.record({ name: label, value: text, hidden: fc.boolean() });
const url = fc.oneof(fc.webUrl(), text);

const entry: fc.Arbitrary<Entry> = fc.record({
  id: fc.uuid({ version: 4 }),
  name,
  username: optional,
  password: optional,
  urls: fc.array(url, { maxLength: 4 }),
  totp,
  notes: optional,
  fields: fc.array(field, { maxLength: 4 }),
  tags: fc.uniqueArray(fc.oneof(label, fc.constantFrom('Work', 'Work/Servers', 'a;b', 'favorite')), { maxLength: 4 }),
  createdAt: time,
  updatedAt: time,
  passwordChangedAt: fc.option(time, { nil: null }),
  revision: fc.constant(1),
});

const attachment = fc
  .record({
    name: label.filter((value) => !/[/\\]/.test(value) && value !== '.' && value !== '..' && !value.includes('\uFFFE')),
    bytes: fc.uint8Array({ maxLength: 100 }),
  })
  .map((file) => ({ name: file.name, read: () => file.bytes }));

const pendingPassword = fc.record({ password: text.filter((value) => value !== ''), createdAt: time });

/** An earlier revision, which had all of the files or none. */
const earlierRevision = fc
  .record({ entry, trashed: fc.boolean(), pending: fc.option(pendingPassword, { nil: undefined }), hasFiles: fc.boolean() })
  .map(({ entry: { id: _, revision: __, createdAt: ___, ...held }, trashed, pending, hasFiles }) => (names: readonly string[]) => ({
    ...held,
    trashed,
    ...(pending === undefined ? {} : { pending }),
    attachments: hasFiles ? [...names] : [],
  }));

/** Any entry that a vault may hold, and what goes with it. */
export const exportedEntry: fc.Arbitrary<ExportedEntry> = fc
  .record({
    entry,
    trashed: fc.boolean(),
    pending: fc.option(pendingPassword, { nil: null }),
    history: fc.array(earlierRevision, { maxLength: 3 }),
    attachments: fc.uniqueArray(attachment, { maxLength: 2, selector: (file) => file.name }),
  })
  .map(({ history, ...exporting }) => ({
    ...exporting,
    history: history.map((revision) => revision(exporting.attachments.map((file) => file.name))),
  }));

function plainEntry(more: Partial<Entry> = {}): Entry {
  return {
    id: '11111111-2222-4333-8444-555555555555',
    name: 'example.com',
    username: 'me',
    password: 'secret',
    urls: ['https://example.com/'],
    totp: null,
    notes: null,
    fields: [],
    tags: [],
    createdAt: '2024-01-02T03:04:05.678Z',
    updatedAt: '2024-02-03T04:05:06.789Z',
    passwordChangedAt: null,
    revision: 1,
    ...more,
  };
}

export function exported(more: Partial<Entry> = {}, rest: Partial<ExportedEntry> = {}): ExportedEntry {
  return { entry: plainEntry(more), trashed: false, pending: null, history: [], attachments: [], ...rest };
}

/** Options for a writer, and what it reported. */
export function exportOptions(password: string | null = null): { options: ExportOptions; problems: ImportProblem[] } {
  const problems: ImportProblem[] = [];
  return {
    problems,
    options: { password, argon2: realArgon2, now: Date.parse('2026-11-22T00:00:00Z'), report: (problem) => problems.push(problem) },
  };
}

export async function bytesOf(written: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of written) parts.push(part);
  return Buffer.concat(parts);
}

/** What a format cannot hold, so that it is no fault where it does not come back. */
export interface Losses {
  readonly attachments?: boolean;
  readonly trash?: boolean;
  /** Seconds instead of milliseconds. */
  readonly milliseconds?: boolean;
  readonly passwordChangedAt?: boolean;
  /** Lists that come back in another order. */
  readonly order?: boolean;
  /** The address form of the one-time code: only the codes are the same. */
  readonly totpLabel?: boolean;
  /** Earlier revisions: all of them, all but their passwords, or their times to the millisecond and when their passwords changed. */
  readonly history?: 'all' | 'but passwords' | 'times';
}

function seconds(iso: string | null): string | null {
  return iso === null ? null : new Date(Math.floor(Date.parse(iso) / 1000) * 1000).toISOString();
}

function sorted<T>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function expectHistory({ entry: present, history: before }: ExportedEntry, { history: after }: ImportedItem, losses: Losses): void {
  if (losses.history === undefined) expect(after).toEqual(before);
  else if (losses.history === 'all') expect(after).toEqual([]);
  else if (losses.history === 'but passwords') {
    expect(after.map(({ password }) => password)).toEqual(earlierPasswords(before, present).map(({ password }) => password));
  } else {
    const shown = (list: typeof before) =>
      list.map(({ passwordChangedAt: _, trashed: __, updatedAt, fields, tags, urls, ...held }) => ({
        ...held,
        updatedAt: seconds(updatedAt),
        lists: [fields, tags, urls].map((each) => sorted<unknown>(each)),
      }));
    expect(shown(after)).toEqual(shown(before));
  }
}

/** Checks that an item is the entry that went out, but for what the format cannot hold. */
export function expectSurvived(exporting: ExportedEntry, after: ImportedItem, losses: Losses = {}): void {
  const { entry: before, trashed, pending, attachments } = exporting;
  const { createdAt, updatedAt, passwordChangedAt, id, revision, totp: code, ...content } = before;
  expect(id).not.toBe('');
  expect(revision).toBe(1);
  expect(after.pending).toEqual(pending);
  expectHistory(exporting, after, losses);
  const order = <T>(list: readonly T[]) => (losses.order === true ? sorted(list) : list);
  const { totp: codeAfter, ...contentAfter } = after.content;
  const arrange = (all: typeof contentAfter) => ({ ...all, fields: order(all.fields), tags: order(all.tags), urls: order(all.urls) });
  expect(arrange(contentAfter)).toEqual(arrange(content));
  if (losses.totpLabel !== true || code === null || codeAfter === null) expect(codeAfter).toBe(code);
  else expect([0, 1e9, 1e12].map((at) => totpCode(codeAfter, at))).toEqual([0, 1e9, 1e12].map((at) => totpCode(code, at)));
  const time = losses.milliseconds === true ? seconds : (iso: string | null) => iso;
  expect([after.createdAt, after.updatedAt]).toEqual([time(createdAt), time(updatedAt)]);
  if (losses.passwordChangedAt !== true) expect(after.passwordChangedAt).toBe(content.password === null ? null : time(passwordChangedAt));
  if (losses.trash !== true) expect(after.trashed).toBe(trashed);
  if (losses.attachments !== true) {
    const shown = (files: readonly { name: string; read(): unknown }[]) =>
      files.map((file) => [file.name, Buffer.from(file.read() as Uint8Array).toString('hex')]);
    expect(shown(after.attachments)).toEqual(shown(attachments));
  }
}

export const entries = fc.array(exportedEntry, { maxLength: 3 });

/** Writes entries, reads them as `vault import auto` would, and compares. */
export async function expectRoundTrip(
  write: (all: readonly ExportedEntry[]) => AsyncIterable<Uint8Array>,
  format: string,
  losses: Losses,
  all: readonly ExportedEntry[],
): Promise<void> {
  const { items, problems } = await readDetected(format, await bytesOf(write(all)));
  expect(problems).toEqual([]);
  expect(items).toHaveLength(all.length);
  all.forEach((before, at) => {
    const item = items[at];
    if (item !== undefined) expectSurvived(before, item, losses);
  });
}

/** A passkey as imports keep it, in a field; its key is the beginning of one of P-256. */
const passkeyKey = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg';
export const passkey = {
  credentialId: 'AQID',
  rpId: 'a.example',
  username: 'me',
  userDisplayName: 'Me',
  userHandle: 'BA',
  key: passkeyKey,
};
export const passkeyField = { name: 'passkey a.example', value: JSON.stringify(passkey), hidden: true };
