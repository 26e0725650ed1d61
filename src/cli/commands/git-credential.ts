import { execFile } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { variable } from '../environment.ts';
import { escapeLine } from '../text.ts';

export interface GitCredentialOptions {
  readonly system?: boolean;
}

interface GitResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The status of `git config` where there is no such key, and where none has such a value (git-config(1)). */
const noSuchKey: ReadonlySet<number> = new Set([1, 5]);

function git(args: readonly string[]): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    execFile('git', args, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') {
        reject(new VaultError('usage', 'git cannot be started', { hint: 'install git, or put it into PATH', cause: error }));
      } else resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function config(scope: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await git(['config', scope, ...args]);
  if (status === 0 || noSuchKey.has(status)) return stdout;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  throw new VaultError('request_forbidden', `git could not do it: ${escapeLine(said)}`, {
    hint: `git config ${scope} --list shows what is set`,
  });
}

/** The helper that `credential.helper` names: by its short name where git finds ours in PATH, else by its path, for git's shell. */
function helperValue({ env, program }: Cli): string {
  const ours = realpathSync(join(dirname(program.vaultd), 'git-credential-vault'));
  const inPath = (variable(env, 'PATH') ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'git-credential-vault'))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  // A path has to begin with its slash, for git to see that it is one: what a shell would take for more than a letter is escaped.
  return inPath !== undefined && realpathSync(inPath) === ours ? 'vault' : ours.replace(/[^\w/.@%+:,=-]/g, '\\$&');
}

const isOurs = (value: string) => value === 'vault' || /^[/].*[/]git-credential-vault$/s.test(value);
/** The same for `git config`, as an extended regular expression. */
const oursPattern = '^vault$|^/.*/git-credential-vault$';

async function helpers(scope: string): Promise<string[]> {
  return (await config(scope, ['--null', '--get-all', 'credential.helper'])).split('\0').slice(0, -1);
}

function scopeOf({ system = false }: GitCredentialOptions): '--system' | '--global' {
  return system ? '--system' : '--global';
}

/** `vault git-credential install`. */
export async function install(cli: Cli, options: GitCredentialOptions): Promise<void> {
  const scope = scopeOf(options);
  const before = await helpers(scope);
  const value = helperValue(cli);
  if (!before.includes(value)) {
    await config(scope, ['--unset-all', 'credential.helper', oursPattern]);
    await config(scope, ['--add', 'credential.helper', value]);
  }
  const others = before.filter((helper) => helper !== '' && !isOurs(helper));
  if (cli.globals.json) cli.output.json({ scope: scope.slice(2), helper: value, others });
  cli.output.note(`${cli.output.noteStyle.green('installed')}: git config ${scope} credential.helper is ${escapeLine(value)}`);
  for (const other of others) {
    cli.output.warn(`git goes on asking ${escapeLine(other)} too, and tells it every password: git config ${scope} --edit takes it out`);
  }
}

/** `vault git-credential uninstall`. */
export async function uninstall(cli: Cli, options: GitCredentialOptions): Promise<void> {
  const scope = scopeOf(options);
  const removed = (await helpers(scope)).filter(isOurs);
  if (removed.length > 0) await config(scope, ['--unset-all', 'credential.helper', oursPattern]);
  if (cli.globals.json) cli.output.json({ scope: scope.slice(2), removed });
  cli.output.note(removed.length > 0 ? `git does not ask vault any more (git config ${scope})` : `git config ${scope} did not name vault`);
}
