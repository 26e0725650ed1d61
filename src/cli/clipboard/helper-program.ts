import { spawn } from 'node:child_process';

/** How long a helper program may take: one that waits for a display that does not answer must not hold the command up. */
const patienceMs = 5000;

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Hands a text to a program. Resolves when it has ended: some leave a process behind that serves the clipboard. Rejects where it fails or is not there. */
export function feedHelper([program, ...args]: Command, input: string | Uint8Array, timeout = patienceMs): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout });
    // One that ends without reading says by its status what that means.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} failed`));
    });
  });
}

/** What a program prints. Rejects where it fails or is not there. */
export function readHelper([program, ...args]: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: patienceMs });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(pieces).toString('utf8'));
      else reject(new Error(`${program} failed`));
    });
  });
}
