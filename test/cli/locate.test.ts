import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { candidateSockets, compareVersions, daemonFit, readDaemonFile } from '../../src/cli/locate.ts';
import { protocolVersion } from '../../src/core/limits.ts';

let directory: string;
let paths: { daemonFile: string; socket: string };

beforeEach(() => {
  directory = mkdtempSync(join(inject('temporary'), 'l-'));
  paths = { daemonFile: join(directory, 'told.json'), socket: join(directory, 'daemon.sock') };
});

async function listen(path: string, mode = 0o600): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  chmodSync(path, mode);
  onTestFinished(() => {
    server.close();
  });
}

function tell(content: unknown, mode = 0o600): void {
  writeFileSync(paths.daemonFile, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  chmodSync(paths.daemonFile, mode);
}

const found = (where: typeof paths) => [...candidateSockets(where)];

const daemon = { pid: 1, version: '1.0.0', protocol: 1 };

describe('where the daemon may listen', () => {
  it('is nowhere without a socket', () => {
    expect(found(paths)).toEqual([]);
  });

  it('is the usual place, and first of all where the daemon said', async () => {
    await listen(paths.socket);
    expect(found(paths)).toEqual([paths.socket]);
    mkdirSync(join(directory, 'other'), { mode: 0o700 });
    const other = join(directory, 'other', 's');
    await listen(other);
    tell({ ...daemon, socket: other });
    expect(found(paths)).toEqual([other, paths.socket]);
  });

  it('is not believed of a file that is cut, a link, or open to others', () => {
    tell('{"socket":');
    expect(readDaemonFile(paths)).toBeNull();
    tell({ ...daemon, socket: '/tmp/x' }, 0o644);
    expect(readDaemonFile(paths)).toBeNull();
    rmSync(paths.daemonFile);
    symlinkSync('/etc/hostname', paths.daemonFile);
    expect(readDaemonFile(paths)).toBeNull();
  });
});

describe('what is refused before anything is sent', () => {
  it('is a directory open to others', async () => {
    await listen(paths.socket);
    for (const mode of [0o755, 0o710, 0o701, 0o777]) {
      chmodSync(directory, mode);
      expect(() => found(paths)).toThrow('is open to other users');
    }
  });

  it('is a directory that is a link', async () => {
    await listen(paths.socket);
    const link = `${directory}-link`;
    symlinkSync(directory, link);
    expect(() => found({ ...paths, socket: join(link, 'daemon.sock') })).toThrow('is a link');
  });

  it('is a socket open to others, a link to one, and a plain file', async () => {
    await listen(paths.socket, 0o666);
    expect(() => found(paths)).toThrow('is open to other users');
    const linked = { ...paths, socket: join(directory, 'linked') };
    symlinkSync(paths.socket, linked.socket);
    expect(() => found(linked)).toThrow('is a link');
    const file = { ...paths, socket: join(directory, 'file') };
    writeFileSync(file.socket, '', { mode: 0o600 });
    expect(() => found(file)).toThrow('is no socket');
  });

  it('is a path that the system would cut', () => {
    expect(() => found({ ...paths, socket: join(directory, 'x'.repeat(120)) })).toThrow(/has \d+ bytes, the system allows 10[37]/);
  });
});

describe('versions of daemon and command line', () => {
  it('are ordered by their numbers, a prerelease before its release', () => {
    const ordered = ['0.0.9', '0.1.0-beta', '0.1.0', '0.1.1', '0.2.0', '0.10.0', '1.0.0'];
    for (const [i, a] of ordered.entries()) {
      for (const [j, b] of ordered.entries()) expect(compareVersions(a, b)).toBe(Math.sign(i - j));
    }
  });

  // Sources that run without a build are version 0.0.0.
  it('an older daemon is replaced, a newer one that speaks our protocol is used, another one is neither used nor ended', () => {
    expect(daemonFit({ version: '0.0.0-older', protocol: protocolVersion })).toBe('replace');
    expect(daemonFit({ version: '0.0.0', protocol: protocolVersion })).toBe('use');
    expect(daemonFit({ version: '9.0.0', protocol: protocolVersion })).toBe('use');
    expect(() => daemonFit({ version: '9.0.0', protocol: protocolVersion + 1 })).toThrow(
      expect.objectContaining({ code: 'daemon_version_mismatch' }),
    );
  });
});
