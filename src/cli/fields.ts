import type { Entry } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';

const ownFields = ['password', 'username', 'url', 'notes', 'totp', 'code', 'id'] as const;
export type OwnField = (typeof ownFields)[number];

function isOwnField(name: string): name is OwnField {
  return ownFields.some((own) => own === name);
}

/** A field's name as messages and `--unset` mean it: an entry's own part, or a field by its index. Null where there is none. */
export function fieldNamed(entry: Pick<Entry, 'fields'>, name: string): OwnField | number | null {
  if (isOwnField(name)) return name;
  const exact = entry.fields.findIndex((field) => field.name === name);
  if (exact >= 0) return exact;
  const folded = name.normalize('NFC').toLowerCase();
  const alike = entry.fields.findIndex((field) => field.name.normalize('NFC').toLowerCase() === folded);
  if (alike >= 0) return alike;
  return isOwnField(folded) ? folded : null;
}

/** The value that `-f FIELD` means. `field_not_found` where the entry has no such field, or it is not set. */
export async function fieldValue(entry: Entry, name: string, now: number): Promise<string> {
  const named = fieldNamed(entry, name);
  const value = await valueOf(entry, named, now);
  if (value !== null && value !== undefined) return value;
  const isKnown = named !== null && typeof named !== 'number';
  const [nearest] = isKnown
    ? []
    : (await import('../core/suggest.ts')).suggest(name, [...ownFields, ...entry.fields.map((field) => field.name)], 1);
  throw new VaultError('field_not_found', `the entry has no ${isKnown ? named : 'such field'}`, {
    hint: nearest === undefined ? 'vault get NAME --all shows what it has' : `did you mean ${nearest}?`,
  });
}

async function valueOf(entry: Entry, named: OwnField | number | null, now: number): Promise<string | null | undefined> {
  if (named === null) return null;
  if (typeof named === 'number') return entry.fields[named]?.value;
  if (named === 'url') return entry.urls[0];
  if (named !== 'code') return entry[named];
  if (entry.totp === null) return null;
  const { totpCode } = await import('../core/totp.ts');
  return totpCode(entry.totp, now).code;
}
