import { spawnSync } from 'node:child_process';

/** Whether a program that a test wants is installed. In CI it has to be; elsewhere its test is left out, and says so. */
export function isHere(program: string): boolean {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status === 0) return true;
  if (process.env['CI'] === 'true') throw new Error(`${program} is not installed: .ci/run has to install it`);
  process.stderr.write(
    `\n*** ${program} is not installed: its tests are left out. Install it (apt-get install ${program}) to run them. ***\n\n`,
  );
  return false;
}
