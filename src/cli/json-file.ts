import { VaultError } from '../core/errors.ts';
import { readTextFile } from './read-file.ts';

/** A JSON file that the configuration names. */
export interface NamedJson<T> {
  /** What it is, to follow "the". */
  readonly what: string;
  /** Whose form it has to have. */
  readonly form: string;
  readonly hint: string;
  /** Null for what is of another form. */
  readonly read: (json: unknown) => T | null;
}

/** Reads it. `usage` where that is not possible, `invalid_request` where it is of another form. */
export async function readJsonFile<T>(path: string, { what, form, hint, read }: NamedJson<T>): Promise<T> {
  let json: unknown;
  try {
    json = JSON.parse(await readTextFile(path));
  } catch (error) {
    if (error instanceof VaultError) throw new VaultError(error.code, `the ${what}: ${error.message}`, { hint, cause: error });
  }
  const found = read(json);
  if (found === null) throw new VaultError('invalid_request', `the ${what} ${path} is not of the form of ${form}`, { hint });
  return found;
}
