import { describe, expect, it } from 'vitest';
import { closingHint } from '../../src/core/closing-hint.ts';

describe('what to do about a directory that others may enter', () => {
  it.each([
    ['/home/me/vault', 0o755, 'chmod 700 /home/me/vault'],
    ["/home/me/it's", 0o770, `chmod 700 '/home/me/it'\\''s'`],
    ['/home/me/', 0o750, 'chmod 700 /home/me/'],
    ['relative', 0o755, 'chmod 700 relative'],
    ['/home/me/shared', 0o777, 'use a directory that is yours alone'],
    ['/var/tmp', 0o1777, 'use a directory that is yours alone'],
    ['/', 0o755, 'use a directory that is yours alone'],
    ['/srv', 0o755, 'use a directory that is yours alone'],
    ['/srv/', 0o755, 'use a directory that is yours alone'],
  ])('%s (%i): %s', (path, mode, hint) => {
    expect(closingHint(path, mode)).toBe(hint);
  });
});
