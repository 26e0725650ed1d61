import type { Entry } from '../core/entry/schema.ts';
import { VaultError, type ErrorCode } from '../core/errors.ts';
import { formatReference, parseReference, type Reference } from '../core/reference.ts';
import type { Cli } from './cli.ts';
import { fieldValue } from './fields.ts';
import { checkName } from './names.ts';
import { count } from './text.ts';

/** A reference, and how messages say where it stands: `DB_URL`, `line 3`. */
export interface Wanted {
  readonly where: string;
  readonly reference: Reference;
}

/** What a reference points at. */
export interface Resolved extends Wanted {
  readonly entry: Entry;
  readonly value: string;
}

/** Reads a reference that stands somewhere; an error says where. */
export function wantedAt(where: string, text: string): Wanted {
  try {
    const reference = parseReference(text);
    checkName(reference.name);
    return { where, reference };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new VaultError(error.code, `${where}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
  }
}

/** Failures that are told together, each beside its reference; anything else ends the reading at once. */
const ownFailures: ReadonlySet<ErrorCode> = new Set(['entry_not_found', 'field_not_found', 'entry_ambiguous', 'scope_denied']);

const atOnce = 8;

/** What each entry's reading gave: references to one entry read it once, and see one revision of it. */
type Readings = ReadonlyMap<string, Entry | VaultError>;

function entryKey({ name, username }: Reference): string {
  return formatReference({ name, username, field: 'x' });
}

async function readEntries(cli: Cli, references: readonly Reference[], purpose: 'run' | 'inject'): Promise<Readings> {
  const byEntry = new Map<string, Reference[]>();
  for (const reference of references) byEntry.set(entryKey(reference), [...(byEntry.get(entryKey(reference)) ?? []), reference]);
  const wanted = [...byEntry];
  const readings = new Map<string, Entry | VaultError>();
  const read = async ([key, [first, ...others]]: readonly [string, readonly Reference[]]) => {
    if (first === undefined) return;
    const { name, username, field } = first;
    // A token for one field is refused where another one, or the whole entry, is asked for.
    const onlyField = others.every((other) => other.field === field) ? { field } : {};
    const call = {
      path: '/passwords/:website',
      method: '$get',
      param: { website: name },
      query: { ...onlyField, ...(username === null ? {} : { username }) },
    } as const;
    try {
      readings.set(key, await cli.client.call(call, { purpose }));
    } catch (error) {
      if (!(error instanceof VaultError) || !ownFailures.has(error.code)) throw error;
      readings.set(key, error);
    }
  };
  // The first one alone: where the vault is locked, it asks for the master password, once.
  for (const reference of wanted.splice(0, 1)) await read(reference);
  while (wanted.length > 0) await Promise.all(wanted.splice(0, atOnce).map(read));
  return readings;
}

interface Failure extends Wanted {
  readonly error: VaultError;
}

function unresolved(failures: readonly [Failure, ...Failure[]]): VaultError {
  const [{ error }] = failures;
  const ambiguous = failures.some((failure) => failure.error.code === 'entry_ambiguous');
  const found = failures.every((failure) => failure.error.code === 'field_not_found');
  const shows = found ? 'vault get NAME --all shows what an entry has' : 'vault list shows what there is';
  return new VaultError(error.code, `${count(failures.length, 'reference')} cannot be resolved`, {
    details: {
      references: failures.map(({ where, reference, error: { code, message } }) => ({
        where,
        reference: formatReference(reference),
        code,
        message,
      })),
    },
    hint: ambiguous ? '?username=USER before the field chooses one of several accounts' : shows,
  });
}

/**
 * The values of all references, for `run` and `inject`: the entries that these name, and no others, are read with a purpose. All or none:
 * where any leads nowhere, or to several entries, the error names each of those, and has the first one's code.
 */
export async function readReferences(cli: Cli, wanted: readonly Wanted[], purpose: 'run' | 'inject'): Promise<Resolved[]> {
  const readings = await readEntries(
    cli,
    wanted.map(({ reference }) => reference),
    purpose,
  );
  const now = Date.now();
  const failures: Failure[] = [];
  const resolved: Resolved[] = [];
  for (const one of wanted) {
    try {
      const entry = readings.get(entryKey(one.reference));
      if (entry === undefined || entry instanceof VaultError) throw entry ?? new VaultError('internal', 'it was not read');
      resolved.push({ ...one, entry, value: await fieldValue(entry, one.reference.field, now) });
    } catch (error) {
      if (!(error instanceof VaultError) || !ownFailures.has(error.code)) throw error;
      failures.push({ ...one, error });
    }
  }
  const [first, ...others] = failures;
  if (first !== undefined) throw unresolved([first, ...others]);
  return resolved;
}
