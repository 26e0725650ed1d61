import { shellWord } from './shell-word.ts';

/**
 * What to do about a directory that is open to other users. One that all may write to, such as /tmp, is shared on purpose, and
 * `/` and what stands right in it is the system's: closing those would break the machine for everybody.
 */
export function closingHint(path: string, mode: number): string {
  const isShared = (mode & 0o002) !== 0 || /^\/[^/]*\/?$/u.test(path);
  return isShared ? 'use a directory that is yours alone' : `chmod 700 ${shellWord(path)}`;
}
