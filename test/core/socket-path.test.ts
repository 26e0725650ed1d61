import { describe, expect, it } from 'vitest';
import { checkSocketPath } from '../../src/core/socket-path.ts';
import { thrownBy, vaultError } from './support.ts';

describe("a socket's path", () => {
  it.each([
    ['linux', 107],
    ['darwin', 103],
    ['freebsd', 103],
  ])('on %s has at most %i bytes: a longer one would be cut', (platform, most) => {
    expect(() => {
      checkSocketPath('/'.padEnd(most, 'x'), platform);
    }).not.toThrow();
    const error = thrownBy(() => {
      checkSocketPath('/'.padEnd(most + 1, 'x'), platform);
    });
    expect(error).toEqual(vaultError('invalid_request', 'set XDG_RUNTIME_DIR or VAULTD_HOME to a directory with a shorter name'));
    expect(error).toHaveProperty('message', `the socket's path has ${String(most + 1)} bytes, the system allows ${String(most)}`);
  });

  it('is measured in bytes, not in characters', () => {
    expect(() => {
      checkSocketPath('/'.padEnd(60, 'ü'), 'linux');
    }).toThrow(vaultError('invalid_request'));
  });
});
