import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshHome, quickKdf, type Home } from '../support/home.ts';
import { processesOf } from '../support/processes.ts';
import { addEntry, createVault, succeed } from './vaults.ts';

/**
 * A home with a clipboard: `xsel` as clipboardy calls it, which keeps in a file what an X server would keep. There is no
 * display where tests run.
 */
async function homeWithClipboard(clearSeconds: number): Promise<{ home: Home; env: Record<string, string>; clipboard: () => string }> {
  const home = freshHome({ kdf: quickKdf, clipboard: { clearSeconds } });
  const file = home.path('clipboard-content');
  mkdirSync(home.path('bin'));
  const script = `#!/bin/sh\ncase "$*" in *--input*) cat >${file} ;; *) cat ${file} ;; esac\n`;
  writeFileSync(home.path('bin/xsel'), script, { mode: 0o700 });
  await createVault(home);
  await addEntry(home, 'github.com', 'copied secret', '-u', 'me');
  const env = { PATH: [home.path('bin'), home.environment()['PATH'] ?? ''].join(':') };
  return { home, env, clipboard: () => (existsSync(file) ? readFileSync(file, 'utf8') : '') };
}

describe.runIf(process.platform === 'linux')('the clipboard', () => {
  it('gets the value, and is cleared after the command has ended', async () => {
    const { home, env, clipboard } = await homeWithClipboard(1);
    const copied = await home.run(['get', 'github.com', '-c'], { env });
    expect(copied).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'copied the password of github.com (me) (X11); the clipboard is cleared in 1 second\n',
    });
    expect(clipboard()).toBe('copied secret');
    await eventually(() => clipboard() === '', { what: 'the clipboard is cleared' });
  });

  it('is left alone where something else was copied since', async () => {
    const { home, env, clipboard } = await homeWithClipboard(1);
    await succeed(home, ['get', 'github.com', '-c'], { env });
    await succeed(home, ['get', 'github.com', '-c', '-f', 'username'], { env });
    writeFileSync(home.path('clipboard-content'), 'something else');
    await eventually(() => processesOf(home.directory).every(({ args }) => !args.includes('clear-clipboard')), {
      what: 'both processes end',
    });
    expect(clipboard()).toBe('something else');
  });

  it('keeps a value that was copied again for its whole time', async () => {
    const { home, env, clipboard } = await homeWithClipboard(3);
    await succeed(home, ['get', 'github.com', '-c'], { env });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await succeed(home, ['get', 'github.com', '-c'], { env });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(clipboard()).toBe('copied secret');
    await eventually(() => clipboard() === '', { what: 'the clipboard is cleared' });
  });

  it('never meets the value in arguments or environment, nor the token', async () => {
    const { home, env } = await homeWithClipboard(2);
    await succeed(home, ['get', 'github.com', '-c'], { env: { ...env, VAULTD_TOKEN: readFileSync(home.path('token'), 'utf8') } });
    const clearing = processesOf(home.directory).filter(({ args }) => args.includes('clear-clipboard'));
    expect(clearing).toHaveLength(1);
    for (const { args, environment } of clearing) {
      expect(args).not.toContain('copied secret');
      expect(environment).not.toContain('copied secret');
      expect(environment).not.toContain('VAULTD_');
    }
    await eventually(() => processesOf(home.directory).every(({ args }) => !args.includes('clear-clipboard')), { what: 'it ends' });
  });

  it('gets a new password too, and keeps it where it is never to be cleared', async () => {
    const { home, env, clipboard } = await homeWithClipboard(0);
    const made = await home.run(['generate', '30', '-c'], { env });
    expect(made).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('it stays on the clipboard') });
    expect(clipboard()).toHaveLength(30);
  });

  it('that does not work is said with 8, and nothing is printed instead', async () => {
    const { home } = await homeWithClipboard(1);
    const failed = await home.run(['get', 'github.com', '-c'], { env: { DISPLAY: undefined, WAYLAND_DISPLAY: undefined } });
    expect(failed).toMatchObject({ code: 8, stdout: '', stderr: expect.stringContaining('nothing was copied') });
    expect(failed.stderr).not.toContain('copied secret');
  });

  it('needs a configuration that makes sense', async () => {
    const { home, env, clipboard } = await homeWithClipboard(1);
    writeFileSync(home.path('config.json'), '{"clipboard":{"clearSeconds":"soon"}}');
    expect(await home.run(['get', 'github.com', '-c'], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('clipboard.clearSeconds'),
    });
    expect(clipboard()).toBe('');
    expect(await home.run(['get', 'github.com'], { env })).toMatchObject({ code: 0, stdout: 'copied secret' });
  });
});
