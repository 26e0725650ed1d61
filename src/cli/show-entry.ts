import type { Attachment } from '../core/entry/attachment.ts';
import type { Entry } from '../core/entry/schema.ts';
import { bytesText } from './progress.ts';
import type { Style } from './style.ts';
import { escapeLine, escapeText, localTime } from './text.ts';

export interface ShowOptions {
  /** Shows secrets instead of stars. */
  readonly reveal: boolean;
  readonly style: Style;
  readonly terminal: boolean;
}

/** As many stars whatever is behind them: lengths are nobody's business. */
const stars = '********';

interface Row {
  readonly label: string;
  readonly value: string;
  readonly secret?: boolean;
  readonly dim?: boolean;
}

/** What there is to show. */
export interface ShownEntry extends Entry {
  readonly attachments: readonly Attachment[];
  /** A new password that is not in force yet. */
  readonly pending: string | null;
}

function rowsOf(entry: ShownEntry): Row[] {
  const rows: (Row | null)[] = [
    { label: 'name', value: entry.name },
    entry.username === null ? null : { label: 'username', value: entry.username },
    entry.password === null ? null : { label: 'password', value: entry.password, secret: true },
    entry.pending === null ? null : { label: 'pending', value: entry.pending, secret: true },
    ...entry.urls.map((value) => ({ label: 'url', value })),
    entry.totp === null ? null : { label: 'totp', value: entry.totp, secret: true },
    ...entry.fields.map(({ name, value, hidden }) => ({ label: name, value, secret: hidden })),
    ...entry.tags.map((value) => ({ label: 'tag', value })),
    ...entry.attachments.map(({ name, size }) => ({ label: 'attachment', value: `${name} (${bytesText(size)})` })),
    { label: 'created', value: entry.createdAt, dim: true },
    { label: 'updated', value: entry.updatedAt, dim: true },
    { label: 'id', value: entry.id, dim: true },
    entry.notes === null ? null : { label: 'notes', value: entry.notes },
  ];
  return rows.filter((row) => row !== null);
}

/** Everything that an entry holds, for people; later lines of a long text are indented below its first. */
export async function entryLines(entry: ShownEntry, { reveal, style, terminal }: ShowOptions): Promise<string[]> {
  const { default: stringWidth } = await import('string-width');
  const rows = rowsOf(entry).map((row) => ({ ...row, label: escapeLine(row.label) }));
  const width = Math.min(24, Math.max(...rows.map(({ label }) => stringWidth(label))));
  return rows.flatMap(({ label, value, secret = false, dim = false }) => {
    const shown = secret && !reveal ? stars : dim && label !== 'id' ? localTime(value) : value;
    const lines = (terminal ? escapeText(shown) : shown).split('\n');
    const head = style.dim(label) + ' '.repeat(Math.max(1, width + 2 - stringWidth(label)));
    return lines.map((line, i) => (i === 0 ? head : ' '.repeat(width + 2)) + (dim || (secret && !reveal) ? style.dim(line) : line));
  });
}
