/**
 * What to do about a directory that is open to other users. One that all may write to, such as /tmp, is shared on purpose:
 * closing it would break the machine for everybody.
 */
export function closingHint(path: string, mode: number): string {
  return (mode & 0o002) === 0 ? `chmod 700 ${path}` : 'use a directory that is yours alone';
}
