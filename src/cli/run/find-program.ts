import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How shells report a command that is not there, and one that is no program. */
export const notFoundStatus = 127;
export const notRunnableStatus = 126;

function isThere(path: string): boolean {
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
  const places = name.includes('/') ? [name] : path.split(delimiter).map((directory) => join(directory === '' ? '.' : directory, name));
  const there = places.filter(isThere);
  const found = there.find(isRunnable);
  if (found !== undefined) return found.includes('/') ? found : `./${found}`;
  return there.length > 0 ? notRunnableStatus : notFoundStatus;
}
