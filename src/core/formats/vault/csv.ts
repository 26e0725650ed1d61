import { field, text } from '../../entry/schema.ts';
import type { CsvLayout } from '../csv/layout.ts';
import { type ExportedEntries, type ExportedEntry, type ExportOptions, reportAttachments } from '../export.ts';
import { jsonOrNull } from '../json.ts';
import { addField, append, type Draft } from '../item.ts';
import { fromIso } from '../times.ts';

const columns = [
  'name',
  'url',
  'username',
  'password',
  'totp',
  'notes',
  'tags',
  'fields',
  'created',
  'modified',
  'password changed',
  'trashed',
  'pending password',
  'pending since',
] as const;

/**
 * What a spreadsheet may run: a cell that begins with a formula's sign, in any width, behind any blanks. It gets one quote in front, and
 * so does a cell that would look as if it had got one; whoever reads the file takes one off again.
 */
const formula = /^'*[\s\u0000]*[=+\-@\t\r\n＝＋－＠]/;

export function guarded(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

/** A list in one cell: a line each, or JSON where a line would not do. */
function listCell(list: readonly string[]): string {
  const plain = list.every((value) => value !== '' && !/[\r\n]/.test(value)) && list[0]?.startsWith('[') !== true;
  return plain ? list.join('\n') : JSON.stringify(list);
}

/** A cell that only looks like JSON is a line like any other. */
function fromListCell(cell: string): string[] {
  const list = text.array().safeParse(cell.startsWith('[') ? jsonOrNull(cell) : null);
  return list.success ? list.data : cell.split('\n');
}

function line(cells: readonly string[]): Buffer {
  return Buffer.from(`${cells.map((cell) => `"${guarded(cell).replaceAll('"', '""')}"`).join(',')}\r\n`);
}

function cellsOf({ entry, trashed, pending }: ExportedEntry): string[] {
  return [
    entry.name,
    listCell(entry.urls),
    entry.username ?? '',
    entry.password ?? '',
    entry.totp ?? '',
    entry.notes ?? '',
    listCell(entry.tags),
    entry.fields.length === 0 ? '' : JSON.stringify(entry.fields),
    entry.createdAt,
    entry.updatedAt,
    entry.passwordChangedAt ?? '',
    trashed ? 'true' : '',
    pending?.password ?? '',
    pending?.createdAt ?? '',
  ];
}

/** CSV for spreadsheets and other programs (RFC 4180): a line for each entry, no cell that a spreadsheet would run. */
export async function* writeVaultCsv(entries: ExportedEntries, options: ExportOptions): AsyncGenerator<Buffer> {
  yield Buffer.from(`${columns.join(',')}\r\n`);
  for await (const exported of entries) {
    reportAttachments(exported, options);
    yield line(cellsOf(exported));
  }
}

function readFields(draft: Draft, cell: string): void {
  const fields = field.array().safeParse(jsonOrNull(cell));
  if (fields.success) append(draft.fields, fields.data);
  else {
    draft.problems.push('has fields that are not understood: kept as a hidden field');
    addField(draft, 'fields', cell, true);
  }
}

/** Our own CSV, every cell as it was before it was guarded. */
export const vaultLayout: CsvLayout = {
  // The last two came later.
  recognises: (found) => columns.slice(0, -2).every((column) => found.has(column)),
  columns: {
    name: (draft, value) => void (draft.name = unguarded(value)),
    url: (draft, value) => append(draft.urls, fromListCell(unguarded(value))),
    username: (draft, value) => void (draft.username = unguarded(value)),
    password: (draft, value) => void (draft.password = unguarded(value)),
    totp: (draft, value) => void draft.totp.push({ label: 'one-time code', text: unguarded(value) }),
    notes: (draft, value) => void draft.notes.push(unguarded(value)),
    tags: (draft, value) => append(draft.tags, fromListCell(unguarded(value))),
    fields: readFields,
    created: (draft, value) => void (draft.createdAt = fromIso(value)),
    modified: (draft, value) => void (draft.updatedAt = fromIso(value)),
    'password changed': (draft, value) => void (draft.passwordChangedAt = fromIso(value)),
    trashed: (draft) => void (draft.trashed = true),
    'pending password': () => undefined,
    'pending since': () => undefined,
  },
  complete: (draft, row) => {
    draft.literal = true;
    const password = unguarded(row.get('pending password'));
    const createdAt = fromIso(row.get('pending since')) ?? draft.updatedAt ?? draft.createdAt;
    if (password !== '' && createdAt !== null) draft.pending = { password, createdAt };
    else addField(draft, 'pending password', password, true);
    return true;
  },
};
