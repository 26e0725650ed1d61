import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { quickKdf } from '../../support/home.ts';
import { memoryOf } from '../../support/memory.ts';
import { repository } from '../../support/repository.ts';
import { ask } from './http.ts';

const password = 'a master password nobody else has: 7d1f';

/** The texts that a search of the memory could find the password by; base64 depends on what stands before it. */
function traces(text: string): Buffer[] {
  const shifted = [0, 1, 2].map((before) =>
    Buffer.from('x'.repeat(before) + text)
      .toString('base64')
      .slice(4, -4),
  );
  return [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('hex')),
    ...shifted.map((part) => Buffer.from(part)),
  ];
}

// macOS gives no other process's memory to a test.
describe.runIf(process.platform === 'linux')('the memory of a daemon', () => {
  it('holds no master password, whatever was done with it', async () => {
    const directory = mkdtempSync(join(inject('temporary'), 'm-'));
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ kdf: quickKdf }));
    const daemon = spawn(process.execPath, [join(repository, 'dist/daemon/main.js'), 'run', '--stay'], { env: { VAULTD_HOME: directory } });
    const ended = new Promise((resolve) => daemon.once('close', resolve));
    onTestFinished(async () => {
      daemon.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    });
    await new Promise((resolve) => daemon.stderr.once('data', resolve));

    const send = (method: string, path: string, body: object, token = '') =>
      ask(
        {
          socketPath: join(directory, 'daemon.sock'),
          path,
          method,
          headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
        },
        JSON.stringify(body),
      );
    const isClean = () => {
      const memory = memoryOf(daemon.pid ?? 0);
      expect(memory.includes('vault+jwt')).toBe(true);
      return traces(password).every((trace) => !memory.includes(trace));
    };
    const created = await send('POST', '/users', { password });
    const { token } = JSON.parse(created.text) as { token: string };
    await eventually(isClean, { what: 'it is gone after the vault was created' });
    expect((await send('POST', '/login', { password })).status).toBe(200);
    await eventually(isClean, { what: 'it is gone after a login' });
    expect((await send('POST', '/login', { password, unknown: true })).status).toBe(400);
    await eventually(isClean, { what: 'it is gone after a request that was refused' });
    expect((await send('PUT', '/users/me/password', { currentPassword: password, newPassword: 'another' }, token)).status).toBe(200);
    await eventually(isClean, { what: 'it is gone after it was changed' });
  });
});
