import type { Entry } from './schema.ts';

const ownFields = ['password', 'username', 'url', 'notes', 'totp', 'code', 'id'] as const;
export type OwnField = (typeof ownFields)[number];

/** The names of an entry's own parts, as `-f` takes them. */
export const ownFieldNames: readonly string[] = ownFields;

function isOwnField(name: string): name is OwnField {
  return ownFieldNames.includes(name);
}

/** A field's name as messages, `--unset` and tokens mean it: an entry's own part, or a field by its index. Null where there is none. */
export function fieldNamed(entry: Pick<Entry, 'fields'>, name: string): OwnField | number | null {
  if (isOwnField(name)) return name;
  const exact = entry.fields.findIndex((field) => field.name === name);
  if (exact >= 0) return exact;
  const folded = name.normalize('NFC').toLowerCase();
  const alike = entry.fields.findIndex((field) => field.name.normalize('NFC').toLowerCase() === folded);
  if (alike >= 0) return alike;
  return isOwnField(folded) ? folded : null;
}
