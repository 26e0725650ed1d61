import { fieldNamed, type OwnField, ownFieldNames } from '../core/entry/field-named.ts';
import type { Entry } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';

/** The value that `-f FIELD` means. `field_not_found` where the entry has no such field, or it is not set. */
export async function fieldValue(entry: Entry, name: string, now: number): Promise<string> {
  const named = fieldNamed(entry, name);
  const value = await valueOf(entry, named, now);
  if (value !== null && value !== undefined) return value;
  const isKnown = named !== null && typeof named !== 'number';
  const [nearest] = isKnown
    ? []
    : (await import('../core/suggest.ts')).suggest(name, [...ownFieldNames, ...entry.fields.map((field) => field.name)], 1);
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
