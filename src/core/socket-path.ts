import { VaultError } from './errors.ts';

/** Bytes of a socket's path that the system takes: `sun_path` less its final zero (unix(7); macOS's and the BSDs' sys/un.h). */
const longest = (platform: string) => (platform === 'linux' ? 107 : 103);

/** Throws `invalid_request` where a socket's path is too long for the system: it would be cut, silently. */
export function checkSocketPath(path: string, platform: string): void {
  const length = Buffer.byteLength(path);
  if (length <= longest(platform)) return;
  throw new VaultError('invalid_request', `the socket's path has ${String(length)} bytes, the system allows ${String(longest(platform))}`, {
    hint: 'set XDG_RUNTIME_DIR or VAULTD_HOME to a directory with a shorter name',
  });
}
