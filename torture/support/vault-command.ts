import { dirname, join } from 'node:path';
import { repository } from '../../test/support/repository.ts';
import { run as runProgram, type RunResult } from '../../test/support/run.ts';

const bin = join(repository, 'bin');

export interface CommandOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of a command on a home: nothing of ours but where programs are. */
function commandEnvironment(directory: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  return { PATH: path, HOME: directory, LANG: 'C.UTF-8', VAULTD_HOME: directory, ...env };
}

/** Runs the real `vault` on a home, without a terminal. */
export async function vault(
  directory: string,
  args: readonly string[],
  { input, cwd = directory, env }: CommandOptions = {},
): Promise<RunResult> {
  return await runProgram(join(bin, 'vault'), args, { env: commandEnvironment(directory, env), cwd, input, timeoutMs: 120_000 });
}
