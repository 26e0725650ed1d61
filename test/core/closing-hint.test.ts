import { describe, expect, it } from 'vitest';
import { closingHint } from '../../src/core/closing-hint.ts';

describe('what to do about a directory that is open', () => {
  it('is a command that can be copied, whatever the directory is called', () => {
    expect(closingHint('/home/me/vault', 0o755)).toBe('chmod 700 /home/me/vault');
    expect(closingHint("/home/me/it's my vault", 0o755)).toBe(String.raw`chmod 700 '/home/me/it'\''s my vault'`);
  });

  it.each(['/', '/etc', '/home/'])('is never to close the system: %s', (path) => {
    expect(closingHint(path, 0o755)).toBe('use a directory that is yours alone');
  });

  it('is never to close what all may write to', () => {
    expect(closingHint('/var/tmp', 0o1777)).toBe('use a directory that is yours alone');
  });
});
