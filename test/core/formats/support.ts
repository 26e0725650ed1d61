import argon2 from 'argon2';
import { expect } from 'vitest';
import { earlierRevision, pendingPassword } from '../../../src/core/entry/earlier.ts';
import { entry } from '../../../src/core/entry/schema.ts';
import type { ImportedItem, ImportProblem } from '../../../src/core/formats/item.ts';
import type { Argon2, ImportOptions } from '../../../src/core/formats/options.ts';
import { detectFormat, fileFormat } from '../../../src/core/formats/registry.ts';
import { type ByteSource, bytesSource } from '../../../src/core/formats/source.ts';

const content = entry.omit({ id: true, revision: true, createdAt: true, updatedAt: true, passwordChangedAt: true });
const times = entry.pick({ createdAt: true, updatedAt: true, passwordChangedAt: true }).partial();

/** The real Argon2. */
export const realArgon2: Argon2 = async ({ type, version, password, salt, memoryKiB, iterations, parallelism, length }) =>
  await argon2.hash(Buffer.from(password), {
    raw: true,
    type: type === 'd' ? argon2.argon2d : argon2.argon2id,
    version,
    salt: Buffer.from(salt),
    memoryCost: memoryKiB,
    timeCost: iterations,
    parallelism,
    hashLength: length,
  });

export const plainOptions: ImportOptions = {
  filePassword: () => Promise.resolve(null),
  keyFile: null,
  argon2: realArgon2,
  now: Date.parse('2026-11-22T00:00:00Z'),
  unescapeHtml: false,
};

export interface Read {
  readonly format: string;
  readonly items: ImportedItem[];
  readonly problems: ImportProblem[];
}

/** Checks what every reader promises: an item is fit to be stored as it is. */
export function expectStorable({ content: read, createdAt, updatedAt, passwordChangedAt, pending, history, place }: ImportedItem): void {
  for (const revision of history) expect(earlierRevision.parse(revision)).toEqual(revision);
  if (pending !== null) expect(pendingPassword.parse(pending)).toEqual(pending);
  expect(content.parse(read)).toEqual(read);
  const known = Object.entries({ createdAt, updatedAt, passwordChangedAt }).filter(([, time]) => time !== null);
  expect(() => times.parse(Object.fromEntries(known))).not.toThrow();
  expect(place).not.toBe('');
}

export async function gather(results: AsyncIterable<unknown> | Iterable<unknown>, format = ''): Promise<Read> {
  const read: Read = { format, items: [], problems: [] };
  for await (const result of results as AsyncIterable<{ item: ImportedItem } | { problem: ImportProblem }>) {
    if ('problem' in result) read.problems.push(result.problem);
    else {
      expectStorable(result.item);
      read.items.push(result.item);
    }
  }
  return read;
}

/** Reads a file as `vault import FORMAT` does; `auto` looks at the content. */
export async function readAs(name: string, file: string | Uint8Array | ByteSource, options: Partial<ImportOptions> = {}): Promise<Read> {
  const source = typeof file === 'string' ? bytesSource(Buffer.from(file)) : file instanceof Uint8Array ? bytesSource(file) : file;
  const format = name === 'auto' ? detectFormat(source) : fileFormat(name);
  if (format === null) throw new Error(`there is no format ${name}`);
  return gather(format.read(source, { ...plainOptions, ...options }), format.name);
}

/** The same as `vault import auto`, after making sure that it finds the format. */
export async function readDetected(
  name: string,
  file: string | Uint8Array | ByteSource,
  options: Partial<ImportOptions> = {},
): Promise<Read> {
  const read = await readAs('auto', file, options);
  expect(read.format).toBe(name);
  return read;
}

/** The only item. */
export function only(items: readonly ImportedItem[]): ImportedItem {
  expect(items).toHaveLength(1);
  const [item] = items;
  if (item === undefined) throw new Error('there is no item');
  return item;
}

/** Fields as `name=value`, hidden ones as `name*=value`. */
export function shownFields({ content: { fields } }: ImportedItem): string[] {
  return fields.map(({ name, value, hidden }) => `${name}${hidden ? '*' : ''}=${value}`);
}

/** Lines of CSV. */
export function csv(...rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\n');
}

/** All of an item, its files as texts, for comparing it whole. */
export function whole({ attachments, ...item }: ImportedItem): object {
  return { ...item, attachments: attachments.map((file) => [file.name, Buffer.from(file.read()).toString()]) };
}

/** For `toThrow`: a file is refused with these words. */
export function refusal(message: string): Error {
  const matcher: unknown = expect.objectContaining({ name: 'VaultError', code: 'invalid_request', message });
  return matcher as Error;
}

/** The columns of Bitwarden's CSV. */
export const bitwardenColumns: readonly string[] = [
  'folder',
  'favorite',
  'type',
  'name',
  'notes',
  'fields',
  'reprompt',
  'login_uri',
  'login_username',
  'login_password',
  'login_totp',
];
