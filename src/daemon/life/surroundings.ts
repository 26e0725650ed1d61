import { lstatSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { type Config, parseConfig, parseConfigText } from '../../core/config.ts';
import { VaultError } from '../../core/errors.ts';
import { type Paths, resolvePaths } from '../../core/paths.ts';

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

/** The configuration; the defaults where there is no file. `invalid_request` names the key that is wrong. */
export function readConfigFile(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return parseConfig({});
    throw new VaultError('internal', `the configuration cannot be read: ${path}`, { hint: 'check its permissions', cause: error });
  }
  return parseConfig(parseConfigText(text));
}
