import { accessSync, closeSync, constants, existsSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { closingHint } from '../core/closing-hint.ts';
import { VaultError, type ErrorCode } from '../core/errors.ts';
import { shellWord } from '../core/shell-word.ts';
import { checkSocketPath } from '../core/socket-path.ts';
import { version } from '../core/version.ts';
import { isNative } from './own-files.ts';
import type { Cli } from './cli.ts';
import { readConfigFile } from './config-file.ts';
import { variable, type Environment } from './environment.ts';
import { compareVersions } from './locate.ts';
import { checkPrivateDirectory } from './private-files.ts';
import { stateOf } from './state.ts';
import { count } from './text.ts';

/** What `vault doctor` finds about one thing. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly message: string;
  readonly hint: string | null;
  /** Decides the exit status of a problem. */
  readonly code: ErrorCode | null;
}

function ok(name: string, message: string): Finding {
  return { name, state: 'ok', message, hint: null, code: null };
}

function note(name: string, message: string, hint: string | null): Finding {
  return { name, state: 'note', message, hint, code: null };
}

function problem(name: string, error: unknown): Finding {
  const known = error instanceof VaultError ? error : new VaultError('internal', 'it cannot be looked at', { cause: error });
  return { name, state: 'problem', message: known.message, hint: known.hint ?? null, code: known.code };
}

function examineProgram(): Finding {
  const how = isNative ? 'the native program' : `on Node.js ${process.version.slice(1)}`;
  return ok('program', `vault ${version}, ${how} (${process.platform} ${process.arch})`);
}

function examineConfiguration({ paths }: Cli): Finding[] {
  const { problems } = readConfigFile(paths.config);
  const path = existsSync(paths.config) ? paths.config : `${paths.config} (not there: every default)`;
  return problems.length === 0 ? [ok('configuration', path)] : problems.map((found) => problem('configuration', found));
}

/** The directory of socket and token must be closed to others; the rest at least to their writing. */
function examineDirectories({ paths }: Cli): Finding[] {
  const examineRuntime = (): Finding => {
    try {
      checkSocketPath(paths.socket, process.platform);
      return ok('runtime', checkPrivateDirectory(paths.runtimeDir) ? paths.runtimeDir : `${paths.runtimeDir} (not there yet)`);
    } catch (error) {
      return problem('runtime', error);
    }
  };
  const others = [...new Set([paths.dataDir, paths.stateDir])].filter((path) => path !== paths.runtimeDir);
  return [
    examineRuntime(),
    ...others.map((path) => {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) return ok('directory', `${path} (not there yet)`);
      const open = (found.mode & 0o022) !== 0;
      return open
        ? problem(
            'directory',
            new VaultError('request_forbidden', `${path} can be written by others`, { hint: closingHint(path, found.mode) }),
          )
        : ok('directory', path);
    }),
  ];
}

const sqliteMagic = 'SQLite format 3\0';

function beginsLikeDatabase(path: string): boolean {
  const file = openSync(path, constants.O_RDONLY);
  try {
    const bytes = Buffer.alloc(sqliteMagic.length);
    readSync(file, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1') === sqliteMagic;
  } finally {
    closeSync(file);
  }
}

function examineDatabase({ paths }: Cli): Finding[] {
  const { database, dataDir } = paths;
  try {
    const found = lstatSync(database, { throwIfNoEntry: false });
    if (found === undefined) return [note('database', `${database} (not there yet)`, 'vault init makes it')];
    if (!beginsLikeDatabase(database)) {
      throw new VaultError('vault_corrupt', `${database} is no database`, { hint: 'restore a backup; nothing was changed' });
    }
    if ((found.mode & 0o077) !== 0) {
      throw new VaultError('request_forbidden', `${database} is open to other users`, { hint: `chmod 600 ${shellWord(database)}` });
    }
    accessSync(database, constants.W_OK);
    const copies = readdirSync(dataDir).filter((name) => name.startsWith(`${basename(database)}.before-`));
    return [
      ok('database', `${database} (${String(Math.ceil(found.size / 1024))} KiB)`),
      ...copies.map((name) => note('copy', join(dataDir, name), 'made before an upgrade; the next good login removes it')),
    ];
  } catch (error) {
    const readOnly = error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS');
    return [
      problem(
        'database',
        readOnly
          ? new VaultError('storage_full', `${database} cannot be written`, { hint: 'check its permissions and its file system' })
          : error,
      ),
    ];
  }
}

/** The copies that `vault backup` made, as the daemon keeps their paths beside the database. */
function examineBackups({ paths }: Cli): Finding[] {
  if (!existsSync(paths.database)) return [];
  const advice = 'vault backup makes one; keep it on another disk';
  try {
    const list: unknown = JSON.parse(readFileSync(`${paths.database}.backups`, 'utf8'));
    const known = Array.isArray(list) ? list.filter((path) => typeof path === 'string') : [];
    const there = known.filter((path) => existsSync(path));
    if (there.length > 0) return there.map((path) => ok('backup', path));
  } catch {
    // Without the list nobody knows of any.
  }
  return [note('backup', 'there is none that is known', advice)];
}

async function examineDaemon(cli: Cli): Promise<Finding[]> {
  try {
    const { daemon, locked, accounts } = await stateOf(cli);
    if (!daemon.running) return [ok('daemon', 'not running: the vault is locked')];
    const about = `process ${String(daemon.pid)}, version ${String(daemon.version)}`;
    const older = daemon.version !== null && compareVersions(daemon.version, version) < 0;
    const vault =
      accounts?.length === 0 ? 'there is no vault yet' : `${locked ? 'locked' : 'unlocked'}, ${count(accounts?.length ?? 1, 'account')}`;
    return [
      older ? note('daemon', about, 'it is older than this program: the next command replaces it') : ok('daemon', about),
      ok('vault', vault),
    ];
  } catch (error) {
    return [problem('daemon', error)];
  }
}

function onPath(env: Environment, program: string): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}

function examineClipboard({ env }: Cli): Finding {
  if (process.platform === 'darwin') return ok('clipboard', 'pbcopy');
  if (variable(env, 'WAYLAND_DISPLAY') !== null && onPath(env, 'wl-copy')) return ok('clipboard', 'wl-copy (Wayland)');
  if (variable(env, 'DISPLAY') !== null) return ok('clipboard', 'xsel (X11)');
  if (variable(env, 'TMUX') !== null) return ok('clipboard', 'tmux');
  if (process.stderr.isTTY && !/^(|dumb|linux)$/.test(env['TERM'] ?? '')) {
    return note('clipboard', 'OSC 52: -c asks the terminal, which may ignore it', null);
  }
  return note('clipboard', 'no graphical session: -c will say so (exit 8)', null);
}

function examineEditor({ env }: Cli): Finding {
  const editor = variable(env, 'VISUAL') ?? variable(env, 'EDITOR');
  return editor === null
    ? note('editor', 'neither VISUAL nor EDITOR is set', 'vault edit without options needs one: export EDITOR=vi')
    : ok('editor', editor);
}

/** Looks at everything that Vault needs; nothing is changed, started or asked. */
export async function examine(cli: Cli): Promise<Finding[]> {
  return [
    examineProgram(),
    ...examineConfiguration(cli),
    ...examineDirectories(cli),
    ...examineDatabase(cli),
    ...examineBackups(cli),
    ...(await examineDaemon(cli)),
    examineClipboard(cli),
    examineEditor(cli),
  ];
}
