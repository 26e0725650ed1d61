import { type FileHandle, open } from 'node:fs/promises';
import { VaultError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { decodeText, withoutFinalNewline } from './input-text.ts';
import type { StandardInput } from './input.ts';

const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
};

const mebibyte = 1024 * 1024;
/** What any request may hold, where nothing else is said. */
const usualMebibytes = limits.bodyBytes / mebibyte;

const pieceLength = 256 * 1024;

/** The error for a file that a user named and that cannot be read: `usage`, with what the system says. */
export function unreadable(path: string, error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new VaultError('usage', `cannot read ${path === '' ? 'a file without a name' : path}: ${fileProblems[code] ?? code}`, {
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

/** All of an open file, which is closed then; `payload_too_large` where it is larger than so many MiB: a device may have no end. */
export async function readToEnd(file: OpenFile, name: string, maxMebibytes = usualMebibytes): Promise<Buffer> {
  try {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of file.content()) {
      pieces.push(piece);
      length += piece.length;
      if (length > maxMebibytes * mebibyte) {
        throw new VaultError('payload_too_large', `${name} is larger than ${String(maxMebibytes)} MiB`);
      }
    }
    return Buffer.concat(pieces);
  } finally {
    await file.close();
  }
}

/** The bytes of a file that a user named, at most so many MiB. `usage` where it cannot be read. */
export async function readNamedFile(path: string, maxMebibytes = usualMebibytes): Promise<Buffer> {
  return await readToEnd(await openFile(path), `the file ${path}`, maxMebibytes);
}

/** The content of a file that a user named, less one final newline, as with standard input. `usage` where it cannot be read. */
export async function readTextFile(path: string): Promise<string> {
  return withoutFinalNewline(decodeText(await readNamedFile(path), `the file ${path}`));
}
