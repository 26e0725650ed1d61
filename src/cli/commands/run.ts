import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { readReferences } from '../read-references.ts';
import { escapeLine } from '../text.ts';
import { checkFits, planEnvironment } from '../run/child-environment.ts';
import { openValue } from '../run/child-files.ts';
import type { Child, RunChild } from '../run/child.ts';
import { findProgram, notFoundStatus } from '../run/find-program.ts';
import { isInForeground, openOuterTerminal } from '../run/outer-terminal.ts';
import { checkPins } from '../run/pins.ts';
import { loadPty } from '../run/load-pty.ts';
import { runOnTerminal } from '../run/run-on-terminal.ts';
import { runPlainly } from '../run/run-plainly.ts';

export interface RunOptions {
  readonly envFile?: readonly string[];
  readonly env?: readonly string[];
  readonly fd?: readonly string[];
  readonly masking: boolean;
  readonly locked?: boolean;
  readonly lockFile?: string;
  readonly updateLock?: boolean;
}

/** Whether the command would have had a terminal for everything, and we have the right to use it. */
function isInteractive(): boolean {
  const { stdin, stdout, stderr } = process;
  return stdin.isTTY && stdout.isTTY && stderr.isTTY && isInForeground();
}

/** Chooses how to run the command: on a terminal of its own, where something is to be masked on ours. */
async function chooseRunner({ secrets, files }: Child): Promise<RunChild> {
  // The shell that stands between opens the values by their names in /proc.
  if (secrets === null || !isInteractive() || (files.length > 0 && process.platform !== 'linux')) return runPlainly;
  const openPty = await loadPty();
  const terminal = openPty === null ? null : openOuterTerminal();
  return openPty === null || terminal === null ? runPlainly : runOnTerminal(terminal, openPty);
}

/** `vault run -- COMMAND`. */
export async function run(cli: Cli, [name = '', ...args]: readonly string[], options: RunOptions): Promise<number> {
  const { plain, wanted } = await planEnvironment({
    env: cli.env,
    envFiles: options.envFile ?? [],
    variables: options.env ?? [],
    descriptors: options.fd ?? [],
  });
  const program = findProgram(name, plain['PATH'] ?? '/usr/local/bin:/usr/bin:/bin');
  if (typeof program === 'number') {
    cli.output.warn(`vault: ${escapeLine(name)}: ${program === notFoundStatus ? 'command not found' : 'permission denied'}`);
    return program;
  }
  const resolved = await readReferences(cli, wanted, 'run');
  const { locked = false, lockFile, updateLock = false } = options;
  if (locked || lockFile !== undefined || updateLock) {
    await checkPins(cli, resolved, { file: lockFile ?? 'vault.lock', update: updateLock });
  }
  const env = { ...plain };
  const files = [];
  for (const [i, { value }] of resolved.entries()) {
    const place = wanted[i]?.place;
    if (place === undefined) throw new VaultError('internal', 'a value without a place');
    if ('variable' in place) {
      checkFits(place.variable, value);
      env[place.variable] = value;
    } else files.push(openValue(place.descriptor, value, cli.paths.runtimeDir));
  }
  const secrets = options.masking && resolved.length > 0 ? resolved.map(({ value }) => value) : null;
  const child: Child = { command: [program, ...args], env, files, secrets };
  return await (
    await chooseRunner(child)
  )(cli, child);
}
