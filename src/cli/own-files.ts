import { dirname, join } from 'node:path';
import type { Program } from './cli.ts';

/** Whether this is the native program that Bun compiled; else Node.js runs it. */
export const isNative = process.versions['bun'] !== undefined;

/**
 * Where the program's own files are. The native one lies in dist/native/SYSTEM/, as its own path says; `main` is the path of
 * dist/cli/main.js for Node.js, `umask` the one that the caller had.
 */
export function ownFiles(main: string, umask: number): Program {
  const here = dirname(isNative ? process.execPath : main);
  const root = join(here, isNative ? '../../..' : '../..');
  return {
    again: isNative ? [process.execPath] : [process.execPath, main],
    vault: join(root, 'bin', 'vault'),
    vaultd: join(root, 'bin', 'vaultd'),
    helpers: isNative ? join(here, 'helpers') : null,
    umask,
  };
}
