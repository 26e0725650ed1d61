import { randomBytes } from 'node:crypto';
import { close, closeSync, existsSync, openSync, rmSync, statfsSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openPipe } from './pipes.ts';

/** A value that the command reads from a file descriptor. */
export interface ChildFile {
  /** The number it has in the command. */
  readonly number: number;
  /** Our own, open for reading. */
  readonly descriptor: number;
}

/** `f_type` of a file system in memory (statfs(2), TMPFS_MAGIC). */
const tmpfs = 0x01021994;

/** A directory whose files are in memory alone; null where the system has none. */
function memoryDirectory(runtimeDir: string): string | null {
  if (process.platform !== 'linux') return null;
  return ['/dev/shm', runtimeDir].find((path) => existsSync(path) && statfsSync(path).type === tmpfs) ?? null;
}

/** A file in memory that has lost its name before anything is written to it: like memfd_create(2), and it can be opened again as /dev/fd/N. */
function openInMemory(directory: string, value: Buffer): number {
  const path = join(directory, `vault-${randomBytes(12).toString('hex')}`);
  const writing = openSync(path, 'wx', 0o600);
  try {
    const reading = openSync(path, 'r');
    rmSync(path);
    for (let at = 0; at < value.length;) at += writeSync(writing, value, at);
    return reading;
  } finally {
    closeSync(writing);
  }
}

/** The reading end of a pipe that holds a value. Our own end waits, in the background, until a long value was read. */
function openInPipe(runtimeDir: string, value: Buffer): number {
  const { reading, writing } = openPipe(runtimeDir);
  const writeFrom = (at: number): void => {
    write(writing, value, at, (error, written) => {
      if (error === null && at + written < value.length) writeFrom(at + written);
      else close(writing);
    });
  };
  writeFrom(0);
  return reading;
}

/** Makes a value readable on a file descriptor, without its being in an environment, an argument or on a disk. */
export function openValue(number: number, value: string, runtimeDir: string): ChildFile {
  const bytes = Buffer.from(value);
  const directory = memoryDirectory(runtimeDir);
  const descriptor = directory === null ? openInPipe(runtimeDir, bytes) : openInMemory(directory, bytes);
  return { number, descriptor };
}
