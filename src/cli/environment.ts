import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolvePaths, type Paths } from '../core/paths.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; an empty one counts as unset. */
export function variable(env: Environment, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}

function ownsRunUser(uid: number | undefined): boolean {
  if (uid === undefined) return false;
  const found = lstatSync(`/run/user/${String(uid)}`, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === uid;
}

/** Where this process's vault has its files. */
export function pathsOf(env: Environment, cwd: string): Paths {
  const uid = process.getuid?.();
  return resolvePaths({ env, uid, home: variable(env, 'HOME') ?? homedir(), cwd, ownsRunUser: ownsRunUser(uid) });
}
