import { lstatSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { type Config, parseConfig, parseConfigText } from '../../core/config.ts';
import { VaultError } from '../../core/errors.ts';
import { type Paths, resolvePaths } from '../../core/paths.ts';
import { shellWord } from '../../core/shell-word.ts';

function ownsRunUser(uid: number | undefined): boolean {
  if (uid === undefined) return false;
  const found = lstatSync(`/run/user/${String(uid)}`, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === uid;
}

/** Where this process's files are. */
export function pathsOfProcess(): Paths {
  const uid = process.getuid?.();
  return resolvePaths({ env: process.env, uid, home: homedir(), cwd: process.cwd(), ownsRunUser: ownsRunUser(uid) });
}

/**
 * Refuses what somebody else could have written: a configuration opens ports, and says what a new vault's key costs. Links are
 * followed, as from a directory of dotfiles, and what the administrator owns is as good as our own.
 */
function checkOwner(path: string): void {
  const { uid, mode } = statSync(path);
  if ((uid === process.getuid?.() || uid === 0) && (mode & 0o022) === 0) return;
  throw new VaultError('request_forbidden', `somebody else can write the configuration: ${path}`, {
    hint: `look at what it says, make it your own, and close it: chmod go-w ${shellWord(path)}`,
  });
}

/** The configuration; the defaults where there is no file. `invalid_request` names the key that is wrong; `request_forbidden` where others can write it. */
export function readConfigFile(path: string): Config {
  let text: string;
  try {
    for (const part of [dirname(path), path]) checkOwner(part);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof VaultError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return parseConfig({});
    throw new VaultError('internal', `the configuration cannot be read: ${path}`, { hint: 'check its permissions', cause: error });
  }
  return parseConfig(parseConfigText(text));
}
