import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type ListenOptions, type Server } from 'node:net';
import { VaultError } from '../../core/errors.ts';

/** `sun_path` less its final zero byte: unix(7), and macOS's sys/un.h. */
const longestPath = process.platform === 'darwin' ? 103 : 107;

/** `invalid_request` where the system could not bind this path; it would cut it, silently. */
export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length <= longestPath) return;
  throw new VaultError(
    'invalid_request',
    `the socket's path has ${String(length)} bytes, and this system allows ${String(longestPath)}: ${path}`,
    {
      hint: 'set XDG_RUNTIME_DIR or VAULTD_HOME to a shorter path',
    },
  );
}

/** Whether somebody listens on a socket. */
export async function answers(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.setTimeout(2000);
    const done = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket
      .on('connect', () => done(true))
      .on('error', () => done(false))
      .on('timeout', () => done(true));
  });
}

/** Removes a socket that a daemon left behind when it was killed; anything else that is there is left alone and refused. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new VaultError('request_forbidden', `${path} is in the way, and is no socket`, { hint: 'move it away' });
  }
  if (await answers(path)) {
    throw new VaultError('daemon_unreachable', 'a daemon of another database listens on this socket', {
      hint: 'give each database a VAULTD_HOME of its own',
    });
  }
  unlinkSync(path);
}

/** Resolves when the server listens. */
async function listen(server: Server, where: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Listens on a Unix socket that only its owner can connect to. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  await removeStaleSocket(path);
  await listen(server, { path });
  chmodSync(path, 0o600);
}

/** Listens on 127.0.0.1 and returns the port: for 0, one that the system chose. */
export async function listenOnPort(server: Server, port: number): Promise<number> {
  try {
    await listen(server, { host: '127.0.0.1', port });
  } catch (error) {
    throw new VaultError('invalid_request', `port ${String(port)} on 127.0.0.1 cannot be used`, {
      hint: 'choose another: vault daemon start --port N',
      cause: error,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
