import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../private-files.ts';

/** Both ends of a pipe, as descriptors of ours. */
export interface Pipe {
  readonly reading: number;
  readonly writing: number;
}

/**
 * A pipe between us and a command. What the runtimes call one is a socket, which cannot be opened again as /dev/stdout or /dev/fd/N, and
 * whose end is told to who writes by an error and not by SIGPIPE. It has a name only while it is opened.
 */
export function openPipe(runtimeDir: string): Pipe {
  makePrivateDirectory(runtimeDir);
  const path = join(runtimeDir, `pipe-${randomBytes(6).toString('hex')}`);
  execFileSync('mkfifo', ['-m', '600', path]);
  try {
    // Either end would wait for the other one: both at once never do.
    const both = openSync(path, 'r+');
    const pipe = { reading: openSync(path, 'r'), writing: openSync(path, 'w') };
    closeSync(both);
    return pipe;
  } finally {
    rmSync(path);
  }
}
