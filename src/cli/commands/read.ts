import { VaultError } from '../../core/errors.ts';
import { parseReference } from '../../core/reference.ts';
import type { Cli } from '../cli.ts';
import { fieldValue } from '../fields.ts';
import { findEntry } from '../find-entry.ts';

/** `vault read REFERENCE`. */
export async function read(cli: Cli, text: string): Promise<void> {
  const { name, username, field } = parseReference(text);
  try {
    const entry = await findEntry(cli, { name, user: username ?? undefined, exact: false, field });
    const value = await fieldValue(entry, field, Date.now());
    if (cli.globals.json) cli.output.json({ value });
    else cli.output.value(value);
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'entry_ambiguous') throw error;
    const { code, message, details = {} } = error;
    throw new VaultError(code, message, {
      details,
      hint: '?username=USER before the field chooses one, and so does its id as NAME',
      cause: error,
    });
  }
}
