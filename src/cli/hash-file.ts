import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { BreachedHashes } from '../core/audit/breached-hashes.ts';
import { VaultError } from '../core/errors.ts';
import { unreadable } from './read-file.ts';

/** The list of breached passwords in a file, of which little is ever read. `usage` and `invalid_request` for what is none. */
export function openHashFile(path: string): { readonly hashes: BreachedHashes; readonly close: () => void } {
  let file: number;
  try {
    // Without waiting: a named pipe would have us wait for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
  const close = () => {
    closeSync(file);
  };
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw new VaultError('usage', `cannot read ${path}: it is a directory`);
    if (!found.isFile()) throw new VaultError('usage', `cannot search ${path}: it is no ordinary file`);
    const read = (offset: number, length: number) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, found.size - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const count = readSync(file, bytes, filled, bytes.length - filled, offset + filled);
        if (count === 0) throw new VaultError('invalid_request', `${path} became shorter while it was read`);
        filled += count;
      }
      return bytes;
    };
    return { hashes: new BreachedHashes({ size: found.size, read }), close };
  } catch (error) {
    close();
    throw error;
  }
}
