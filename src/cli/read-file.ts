import { type FileHandle, open } from 'node:fs/promises';
import { VaultError } from '../core/errors.ts';
import type { StandardInput } from './input.ts';

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
};

const pieceLength = 256 * 1024;

function unreadable(path: string, error: unknown): VaultError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new VaultError('usage', `cannot read ${path === '' ? 'a file without a name' : path}: ${problems[code] ?? code}`, {
    cause: error,
  });
}

/** A file that is open to be read piece by piece. */
export interface OpenFile {
  /** In bytes; null where only reading tells: a pipe. */
  readonly size: number | null;
  /** All of it from the beginning. `usage` where it cannot be read, or is a pipe that was read before. */
  content(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Standard input as a file. */
export function standardInputFile(stdin: StandardInput, option: string): OpenFile {
  return { size: null, content: () => stdin.bytes(option), close: () => Promise.resolve() };
}

/** Opens what a user named, a pipe such as `<(…)` too. `usage` where it cannot be read. */
export async function openFile(path: string): Promise<OpenFile> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  const found = await file.stat();
  if (found.isDirectory()) {
    await file.close();
    throw new VaultError('usage', `cannot read ${path}: it is a directory`);
  }
  const seekable = found.isFile();
  let begun = false;
  return {
    size: seekable ? found.size : null,
    async *content() {
      // A request that is repeated reads its body once more.
      if (begun && !seekable) throw new VaultError('usage', `${path} can be read only once: repeat the command`);
      begun = true;
      for (let at = 0; ;) {
        const bytes = await readAt(path, file, seekable ? at : null);
        if (bytes.length === 0) return;
        at += bytes.length;
        yield bytes;
      }
    },
    close: () => file.close(),
  };
}

async function readAt(path: string, file: FileHandle, position: number | null): Promise<Uint8Array> {
  try {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceLength), 0, pieceLength, position);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(path, error);
  }
}
