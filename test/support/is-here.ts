import { spawnSync } from 'node:child_process';

/** Whether a program that a test wants is installed. In CI it has to be; elsewhere its test is left out, and says so. */
export function isHere(program: string): boolean {
  return isInstalled(program, program);
}

/** The same, of a program or a file that a package of another name brings. */
export function isInstalled(program: string, packageName: string): boolean {
  if (spawnSync('sh', ['-c', `command -v ${program} || [ -e ${program} ]`]).status === 0) return true;
  if (process.env['CI'] === 'true') throw new Error(`${program} is not installed: .ci/run has to install it`);
  process.stderr.write(
    `\n*** ${program} is not installed: its tests are left out. Install it (apt-get install ${packageName}) to run them. ***\n\n`,
  );
  return false;
}
