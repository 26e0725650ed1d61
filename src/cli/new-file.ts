import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { VaultError } from '../core/errors.ts';
import type { Signals } from './signals.ts';

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  ENOTDIR: 'there is no such directory',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isThere(path: string, hint = 'give a file that does not exist yet'): VaultError {
  return new VaultError('file_exists', `${path} is there already`, { hint });
}

/** A path that a file can be written to: in a directory that is named instead, it gets this name. */
function newPath(path: string, name: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return newPath(join(path, name), name);
  if (found !== undefined) throw isThere(path);
  return path;
}

/** A path that a file can be written to, in place of one that is there only where that is wanted; never of a directory, a device or a pipe. */
function givenPath(path: string, replace: boolean): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  if (!replace) throw isThere(path, '--force overwrites it');
  if (found.isFile() || found.isSymbolicLink()) return path;
  throw new VaultError('usage', `${path} is no file that could be overwritten`);
}

/** Where a file is to be: in the directory `path` under `name`, or at `path` itself, where it may `replace` another one. */
export type NewFile = { readonly path: string; readonly name: string } | { readonly path: string; readonly replace: boolean };

/**
 * Writes a file 0600 that was not there before or is to be replaced, whole or not at all, whatever ends the command; gives its path. `file_exists`, `usage` where it cannot be made.
 */
export async function writeNewFile(
  wanted: NewFile,
  signals: Signals,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<string> {
  const target = 'name' in wanted ? newPath(wanted.path, wanted.name) : givenPath(wanted.path, wanted.replace);
  const fresh = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.part`);
  let file: number;
  try {
    file = openSync(fresh, 'wx', 0o600);
  } catch (cause) {
    throw new VaultError('usage', `cannot write ${target}: ${problems[codeOf(cause)] ?? codeOf(cause)}`, { cause });
  }
  const discard = () => {
    rmSync(fresh, { force: true });
  };
  const forget = signals.onEnd(discard);
  try {
    try {
      for await (const bytes of content) for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if ('replace' in wanted && wanted.replace) renameSync(fresh, target);
    else putInPlace(fresh, target);
    return target;
  } finally {
    discard();
    forget();
  }
}

/** Gives a file its name unless that was taken meanwhile. Some file systems have no links: there only a look before keeps the other file. */
function putInPlace(fresh: string, target: string): void {
  try {
    linkSync(fresh, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || statSync(target, { throwIfNoEntry: false }) !== undefined) throw isThere(target);
    renameSync(fresh, target);
  }
}
