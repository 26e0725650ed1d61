import { VaultError } from '../../errors.ts';
import { addField, type Draft, type ImportResult, setUsername, shortLabel } from '../item.ts';
import { bytesSource, type ByteSource } from '../source.ts';
import { isZip, openZip, type ZipFile } from '../zip.ts';
import { type CsvLayout, hasCsvHeader, readCsv } from './layout.ts';
import { csvHead } from './table.ts';
import { type Take, take, takeField } from './take.ts';

function has(...wanted: string[]) {
  return (columns: ReadonlySet<string>): boolean => wanted.every((column) => columns.has(column));
}

/** A field named as the column, with blanks for underscores. */
const named: Take = (draft, value, column) => take.field(draft, value, column.replaceAll('_', ' '));

function typed(draft: Draft, name: string | null, kind: string): true {
  draft.name ??= name === '' ? null : name;
  draft.name ??= kind.replaceAll('_', ' ');
  draft.fields.unshift({ name: 'kind', value: kind.replaceAll('_', ' '), hidden: false });
  return true;
}

/** `credentials.csv` of Dashlane's archive, or the file itself. */
const credentials: CsvLayout = {
  recognises: has('username', 'username2', 'title', 'password'),
  columns: {
    username: take.username,
    username2: (draft, value) => setUsername(draft, value, 'username 2'),
    username3: (draft, value) => setUsername(draft, value, 'username 3'),
    title: take.name,
    password: take.password,
    note: take.notes,
    url: take.url,
    category: take.tag,
    otpsecret: take.totp,
    otpurl: take.totp,
  },
};

const secureNotes: CsvLayout = {
  recognises: (columns) => has('title', 'note')(columns) && !columns.has('password'),
  columns: { title: take.name, note: take.notes, category: take.tag, type: take.tag },
};

const payments: CsvLayout = {
  recognises: has('type', 'account_name', 'cc_number'),
  columns: {
    type: take.nothing,
    note: take.notes,
    account_name: named,
    name: take.name,
    cc_number: takeField('card number', true),
    code: takeField('security code', true),
    expiration_month: named,
    expiration_year: named,
    account_number: takeField('account number', true),
    routing_number: takeField('routing number', true),
    account_holder: named,
    issuing_bank: named,
  },
  complete: (draft, row) => typed(draft, row.get('account_name'), row.get('type') || 'payment'),
};

const documents: CsvLayout = {
  recognises: has('type', 'number', 'issue_date'),
  columns: { type: take.nothing, number: takeField('number', true), issue_date: named, expiration_date: named, place_of_issue: named },
  complete: (draft, row) => typed(draft, row.get('name'), row.get('type') || 'document'),
};

const personal: CsvLayout = {
  recognises: has('type', 'first_name', 'last_name', 'item_name'),
  columns: {
    ...Object.fromEntries(
      ['first_name', 'middle_name', 'last_name', 'date_of_birth', 'place_of_birth', 'email_type', 'phone_number', 'job_title'].map(
        (name) => [name, named],
      ),
    ),
    ...Object.fromEntries(['recipient', 'building', 'apartment', 'floor', 'door_code'].map((name) => [`address_${name}`, named])),
    type: take.nothing,
    item_name: take.name,
    login: take.username,
    url: take.url,
  },
  complete: (draft, row) =>
    typed(draft, [row.get('first_name'), row.get('last_name')].join(' ').trim(), row.get('type') || 'personal information'),
};

const networks: CsvLayout = {
  recognises: has('ssid', 'passphrase'),
  columns: { name: take.name, note: take.notes, passphrase: take.password, encryption_type: named },
  complete: (draft, row) => typed(draft, row.get('ssid'), 'wifi'),
};

/** The width that most whole records have: some end early, and some have an empty cell too many. */
function usualWidth(beginning: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of beginning) if (length >= 5) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

const oldColumns = ['title', 'url', 'login', 'password', 'note'];

/** Older exports have no header: name, address, login, in some a second login, password, note, category. Records may end early. */
const headerless: CsvLayout = {
  recognises: () => false,
  header: (beginning) => {
    const width = usualWidth(beginning);
    const looksOther = beginning[0]?.some((cell) => /^(?:user ?name|password|[{[<].*)$/is.test(cell.trim())) ?? true;
    if (looksOther || width < 5 || width > 7) return null;
    return width === 5 ? oldColumns : [...oldColumns.slice(0, 3), 'second login', ...oldColumns.slice(3), 'category'].slice(0, width);
  },
  columns: { title: take.name, url: take.url, login: take.username, password: take.password, note: take.notes, category: take.tag },
  beyond: (draft, cells) => {
    draft.problems.push('has more cells than this kind of file: kept as hidden fields');
    for (const cell of cells) addField(draft, 'column without a name', cell, true);
  },
};

/** The tables of Dashlane's archive. */
const tables: readonly CsvLayout[] = [credentials, payments, documents, personal, networks, secureNotes];

function isTable({ name }: ZipFile): boolean {
  return name.toLowerCase().endsWith('.csv');
}

/** Without a header a table looks like nothing in particular, unless most of its second column are addresses. */
function looksHeaderless(source: ByteSource): boolean {
  const { beginning } = csvHead(source);
  const addresses = beginning.filter(([, second = '']) => /^https?:\/\//i.test(second)).length;
  return addresses * 2 > beginning.length && headerless.header?.(beginning) != null;
}

/** What a file that somebody calls Dashlane's may be is more than this. */
export function isDashlane(source: ByteSource): boolean {
  if (!isZip(source)) return hasCsvHeader(source, tables) || looksHeaderless(source);
  try {
    return [...openZip(source).values()].some(({ name }) => name.endsWith('credentials.csv'));
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

/** Dashlane: one of its tables, or the archive of all of them. */
export function* readDashlane(source: ByteSource): Generator<ImportResult> {
  if (!isZip(source)) {
    yield* readCsv(source, [...tables, headerless], 'Dashlane');
    return;
  }
  const files = [...openZip(source).values()];
  if (!files.some(isTable)) throw new VaultError('invalid_request', 'the archive is no export of Dashlane: it holds no CSV files');
  for (const file of files) {
    const place = shortLabel(file.name.slice(file.name.lastIndexOf('/') + 1));
    const table = isTable(file) ? bytesSource(file.read()) : null;
    if (table?.size === 0) continue;
    if (table !== null && hasCsvHeader(table, tables)) yield* readCsv(table, tables, 'Dashlane', place);
    else yield { problem: { place, message: 'is no table of Dashlane that is known: left out' } };
  }
}
