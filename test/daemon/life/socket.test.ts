import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answers, listenOnSocket } from '../../../src/daemon/life/socket.ts';

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vault-socket-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

describe('the socket of a daemon', () => {
  it('is for its owner alone, and gone with the daemon', async () => {
    const directory = freshDirectory();
    const path = join(directory, 'daemon.sock');
    const server = createServer();
    const giveUp = await listenOnSocket(server, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['daemon.sock']);
    expect(await answers(path)).toBe(true);
    giveUp();
    await close(server);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('stays where another daemon has taken the place of one whose directory was deleted', async () => {
    const path = join(freshDirectory(), 'daemon.sock');
    const [first, second] = [createServer(), createServer()];
    const giveUpFirst = await listenOnSocket(first, path);
    rmSync(path);
    const giveUpSecond = await listenOnSocket(second, path);
    giveUpFirst();
    await close(first);
    expect(await answers(path)).toBe(true);
    giveUpSecond();
    await close(second);
    expect(existsSync(path)).toBe(false);
  });

  it('takes the place of one that a killed daemon left, and of no other', async () => {
    const path = join(freshDirectory(), 'daemon.sock');
    const [killed, living, late] = [createServer(), createServer(), createServer()];
    await listenOnSocket(killed, path);
    await close(killed);
    expect(existsSync(path)).toBe(true);
    await listenOnSocket(living, path);
    await expect(listenOnSocket(late, path)).rejects.toMatchObject({ code: 'daemon_unreachable' });
    await close(living);
  });
});
