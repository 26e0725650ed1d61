import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect, type ListenOptions, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { VaultError } from '../../core/errors.ts';

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

/** A socket that a daemon left behind when it was killed may be replaced; anything else that is there is left alone and refused. */
async function checkReplaceable(path: string): Promise<void> {
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

/** Whether a path leads to this very file. */
function isFile(path: string, { dev, ino }: { readonly dev: bigint; readonly ino: bigint }): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found?.dev === dev && found.ino === ino;
}

/**
 * Listens on a Unix socket that only its owner can connect to; it gets its name when all of that is done. Returns what takes the
 * name away again. Node removes the name that it bound when the server closes, whoever has taken it since: where our directory was
 * deleted that would be another daemon's. So it binds one that nobody else uses.
 */
export async function listenOnSocket(server: Server, path: string): Promise<() => void> {
  await checkReplaceable(path);
  const bound = join(dirname(path), `.${String(process.pid)}`);
  rmSync(bound, { force: true });
  await listen(server, { path: bound });
  chmodSync(bound, 0o600);
  const own = lstatSync(bound, { bigint: true });
  renameSync(bound, path);
  return () => {
    if (isFile(path, own)) rmSync(path, { force: true });
  };
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
