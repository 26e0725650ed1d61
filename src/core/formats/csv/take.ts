import { addField, addNotes, addTag, addTotp, addUrl, type Draft, looksSecret, setPassword, setUsername } from '../item.ts';
import { asFlag } from '../json.ts';
import { fromIso, fromSeconds } from '../times.ts';

/** What a reader does with a cell that is not empty. `column` is the header as the file writes it. */
export type Take = (draft: Draft, value: string, column: string) => void;

/** Line ends within a cell as LF: a file that went through Windows has others, which nobody typed. */
export function plainLines(text: string): string {
  return text.replace(/\r+\n?/g, '\n');
}

/** What to do with the columns that most formats have. */
export const take = {
  name: (draft, value) => void (draft.name = value),
  username: (draft, value, column) => setUsername(draft, value, column),
  password: (draft, value, column) => setPassword(draft, value, column),
  url: (draft, value) => addUrl(draft, value.trim()),
  notes: (draft: Draft, value: string) => addNotes(draft, plainLines(value)),
  totp: (draft, value) => addTotp(draft, value),
  tag: (draft: Draft, value: string) => addTag(draft, value),
  createdSeconds: (draft, value) => void (draft.createdAt = fromSeconds(Number(value))),
  updatedSeconds: (draft, value) => void (draft.updatedAt = fromSeconds(Number(value))),
  createdIso: (draft, value) => void (draft.createdAt = fromIso(value)),
  updatedIso: (draft, value) => void (draft.updatedAt = fromIso(value)),
  /** What means nothing outside its program: ids, icons. */
  nothing: () => undefined,
  /** A plain or hidden field, by the look of the column's name. */
  field: (draft, value, column) => addField(draft, column, plainLines(value), looksSecret(column)),
} as const satisfies Record<string, Take>;

/** A field of another name than the column's. */
export function takeField(name: string, hidden = false): Take {
  return (draft, value) => addField(draft, name, plainLines(value), hidden);
}

/** A tag where the cell says yes. */
export function takeFlag(tag: string): Take {
  return (draft, value) => addTag(draft, asFlag(value.toLowerCase()) ? tag : null);
}
