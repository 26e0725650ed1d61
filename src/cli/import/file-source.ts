import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../core/errors.ts';
import { bytesSource, type ByteSource } from '../../core/formats/source.ts';
import { unreadable } from '../read-file.ts';

/** What is not a file on a disk is read into memory: no more than a format that needs all of it may have. */
const streamLimit = 512 * 1024 * 1024;

const pieceBytes = 64 * 1024;
/** How long a named pipe may be without anybody who writes. */
const patienceMs = 10_000;

/** A file to import that is open: how far its reading has come is known. */
export interface OpenFile {
  readonly source: ByteSource;
  /** From 0 to 1. */
  readonly position: () => number;
  readonly close: () => void;
}

/** A file on a disk, read where its reader wants; the beginning, at which every format looks, once. */
function diskFile(path: string, file: number, size: number): OpenFile {
  let reached = 0;
  const readAt = (offset: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
    let read = 0;
    try {
      while (read < bytes.length) {
        const more = readSync(file, bytes, read, bytes.length - read, offset + read);
        if (more === 0) break;
        read += more;
      }
    } catch (error) {
      throw unreadable(path, error);
    }
    reached = offset + read;
    return bytes.subarray(0, read);
  };
  const head = readAt(0, pieceBytes);
  return {
    source: {
      name: basename(path),
      size,
      read: (offset, length) => (offset + length <= head.length ? head.subarray(offset, offset + length) : readAt(offset, length)),
    },
    position: () => reached / size,
    close: () => {
      closeSync(file);
    },
  };
}

/** All that comes through a pipe, without ever standing still: Ctrl+C still ends the command. */
async function readPipe(path: string, file: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const until = performance.now() + patienceMs;
  for (let length = 0; ;) {
    const piece = Buffer.allocUnsafeSlow(pieceBytes);
    let read: number | null;
    try {
      read = readSync(file, piece, 0, piece.length, null);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw unreadable(path, error);
      read = null;
    }
    // Nobody has opened it for writing yet, or all of them have closed it.
    if (read === 0 && (length > 0 || performance.now() > until)) return Buffer.concat(chunks);
    if (read === null || read === 0) await sleep(20);
    else {
      chunks.push(piece.subarray(0, read));
      length += read;
      if (length > streamLimit) throw tooLarge();
    }
  }
}

function tooLarge(): VaultError {
  return new VaultError('payload_too_large', 'more than 512 MiB came through a pipe', { hint: 'save it as a file: those may be larger' });
}

function inMemory(bytes: Buffer, name: string): OpenFile {
  if (bytes.length === 0) throw emptyFile();
  return { source: bytesSource(bytes, name), position: () => 1, close: () => undefined };
}

function emptyFile(): VaultError {
  return new VaultError('invalid_request', 'the file is empty');
}

/** Bytes that come another way, as if they were a file. */
export async function fileOf(stream: AsyncIterable<Uint8Array>): Promise<OpenFile> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > streamLimit) throw tooLarge();
  }
  return inMemory(Buffer.concat(chunks), '');
}

/** Opens a file to import; null for a folder. `usage` where it cannot be read, `invalid_request` where there is nothing in it. */
export async function openFile(path: string): Promise<OpenFile | null> {
  let file: number;
  try {
    // Without O_NONBLOCK a named pipe would hold the whole process until somebody writes.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
  let keep = false;
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) return null;
    if (found.isFIFO()) return inMemory(await readPipe(path, file), basename(path));
    if (!found.isFile()) throw new VaultError('usage', `cannot read ${path}: it is a device, not a file`);
    if (found.size === 0) throw emptyFile();
    keep = true;
    return diskFile(path, file, found.size);
  } finally {
    if (!keep) closeSync(file);
  }
}
