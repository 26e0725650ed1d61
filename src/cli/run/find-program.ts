import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How shells report a command that is not there, and one that is no program. */
export const notFoundStatus = 127;
export const notRunnableStatus = 126;

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a command, looked for as a shell does it (POSIX.1, 2.9.1.4), or the status that a shell would end with. */
export function findProgram(name: string, path: string): string | typeof notFoundStatus | typeof notRunnableStatus {
  const isPath = name.includes('/');
  const places = isPath ? [name] : path.split(delimiter).map((directory) => join(directory === '' ? '.' : directory, name));
  const files = places.filter(isFile);
  const found = files.find(isRunnable);
  if (found !== undefined) return found.includes('/') ? found : `./${found}`;
  // A directory is something that is there where it is named, and nothing where it is only come across.
  return files.length > 0 || (isPath && existsSync(name)) ? notRunnableStatus : notFoundStatus;
}
