import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sharedHome } from '../support/home.ts';
import { processesOf } from '../support/processes.ts';
import { addEntry, createVault, succeed } from './vaults.ts';

const shared = sharedHome({
  prepare: async (home) => {
    await createVault(home);
    await addEntry(home, 'github.com', 'copied secret', '-u', 'me');
  },
});

/**
 * A clipboard: `xsel` as clipboardy calls it, which keeps in a file what an X server would keep, and in another all that it was given.
 * There is no display where tests run.
 */
function freshClipboard(clearSeconds: number) {
  const home = shared();
  home.configure({ clipboard: { clearSeconds } });
  const bin = mkdtempSync(home.path('bin-'));
  const [file, history] = [join(bin, 'content'), join(bin, 'history')];
  const keep = `cat >${file}; { cat ${file}; echo; } >>${history}; printf %s "$INSTEAD" >>${file}`;
  writeFileSync(join(bin, 'xsel'), `#!/bin/sh\ncase "$*" in *--input*) ${keep} ;; *) cat ${file} ;; esac\n`, { mode: 0o700 });
  const env = { PATH: [bin, home.environment()['PATH'] ?? ''].join(':') };
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return { home, env, clipboard: () => read(file), history: () => read(history).split('\n').slice(0, -1) };
}

/** The processes that are to clear the clipboard. */
const clearing = () => processesOf(shared().directory).filter(({ args }) => args.includes('clear-clipboard'));

function endClearing(): void {
  for (const { pid } of clearing()) process.kill(Number(pid));
}

describe.runIf(process.platform === 'linux')('the clipboard', () => {
  it('gets the value, and is cleared after the command has ended', async () => {
    const { home, env, history } = freshClipboard(1);
    const copied = await home.run(['get', 'github.com', '-c'], { env });
    expect(copied).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'copied the password of github.com (me) (X11); the clipboard is cleared in 1 second\n',
    });
    await eventually(() => history().length === 2, { what: 'the clipboard is cleared' });
    expect(history()).toEqual(['copied secret', '']);
  });

  it('is left alone where something else was copied since', async () => {
    const { home, env, clipboard } = freshClipboard(1);
    await succeed(home, ['get', 'github.com', '-c'], { env: { ...env, INSTEAD: ', and something else' } });
    await eventually(() => clearing().length === 0, { what: 'the process that clears ends' });
    expect(clipboard()).toBe('copied secret, and something else');
  });

  it('keeps a value that was copied again for its whole time', async () => {
    const { home, env, clipboard } = freshClipboard(1);
    await succeed(home, ['get', 'github.com', '-c'], { env });
    const [first] = clearing();
    home.configure({ clipboard: { clearSeconds: 600 } });
    await succeed(home, ['get', 'github.com', '-c'], { env });
    await eventually(() => clearing().every(({ pid }) => pid !== first?.pid), { what: 'the first process that clears ends' });
    expect(clipboard()).toBe('copied secret');
    expect(clearing()).toHaveLength(1);
    endClearing();
  });

  it('never meets the value in arguments or environment, nor the token', async () => {
    const { home, env } = freshClipboard(600);
    await succeed(home, ['get', 'github.com', '-c'], { env: { ...env, VAULTD_TOKEN: readFileSync(home.path('token'), 'utf8') } });
    expect(clearing()).toHaveLength(1);
    for (const { args, environment } of clearing()) {
      expect(args).not.toContain('copied secret');
      expect(environment).not.toContain('copied secret');
      expect(environment).not.toContain('VAULTD_');
    }
    endClearing();
  });

  it('gets a new password too, and keeps it where it is never to be cleared', async () => {
    const { home, env, clipboard } = freshClipboard(0);
    const made = await home.run(['generate', '30', '-c'], { env });
    expect(made).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('it stays on the clipboard') });
    expect(clipboard()).toHaveLength(30);
    expect(clearing()).toEqual([]);
  });

  it('that does not work is said with 8, and nothing is printed instead', async () => {
    const home = shared();
    const failed = await home.run(['get', 'github.com', '-c'], { env: { DISPLAY: undefined, WAYLAND_DISPLAY: undefined } });
    expect(failed).toMatchObject({ code: 8, stdout: '', stderr: expect.stringContaining('nothing was copied') });
    expect(failed.stderr).not.toContain('copied secret');
  });

  it('needs a configuration that makes sense', async () => {
    const { home, env, clipboard } = freshClipboard(1);
    writeFileSync(home.path('config.json'), '{"clipboard":{"clearSeconds":"soon"}}');
    expect(await home.run(['get', 'github.com', '-c'], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('clipboard.clearSeconds'),
    });
    expect(clipboard()).toBe('');
    expect(await home.run(['get', 'github.com'], { env })).toMatchObject({ code: 0, stdout: 'copied secret' });
  });
});
