import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { quickKdf, sharedHome } from '../support/home.ts';
import { isHere } from '../support/is-here.ts';
import { addEntry, createVault } from './vaults.ts';

const clearSeconds = 2;

const shared = sharedHome({
  config: { kdf: quickKdf, clipboard: { clearSeconds } },
  prepare: async (home) => {
    await createVault(home);
    await addEntry(home, 'github.com', 'copied secret', '-u', 'me');
  },
});

const none = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, TMUX: undefined };

/** Asked while the clipboard changes hands, xclip (0.13) waits for ever for an answer. */
const paste = 'timeout 3 xclip -o -selection clipboard';

/** A display without a screen; its number. */
async function startDisplay(): Promise<string> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '64x64x8', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void server.kill());
  let said = '';
  server.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  await eventually(() => /^\d+\n/.test(said), { what: 'Xvfb says which display it is' });
  return `:${said.trim()}`;
}

describe.runIf(process.platform === 'linux' && isHere('xclip') && isHere('Xvfb'))('the clipboard of X11', () => {
  it('gets a value, which another program reads, and is cleared', async () => {
    const [home, DISPLAY] = [shared(), await startDisplay()];
    const env = { ...none, DISPLAY };
    const copied = await home.run(['get', 'github.com', '-c'], { env });
    expect(copied).toMatchObject({
      code: 0,
      stderr: 'copied the password of github.com (me) (X11); the clipboard is cleared in 2 seconds\n',
    });
    const pasted = async () => (await home.shell(paste, { env })).stdout;
    expect(await pasted()).toBe('copied secret');
    await eventually(async () => (await pasted()) === '', { what: 'the clipboard is cleared' });
  });

  it('hands out one value after the other, each to one paste', async () => {
    const [home, DISPLAY] = [shared(), await startDisplay()];
    const env = { ...none, DISPLAY };
    const handing = home.run(['get', 'github.com', '-c', '--seq', 'username, password'], { env });
    const pasted: string[] = [];
    await eventually(
      async () => {
        const { stdout } = await home.shell(paste, { env });
        if (stdout !== '') pasted.push(stdout);
        return pasted.length === 2;
      },
      { what: 'both values are pasted' },
    );
    expect(pasted).toEqual(['me', 'copied secret']);
    expect(await handing).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('paste the password of github.com (me)') });
    expect((await home.shell(paste, { env })).stdout).toBe('');
  });

  it('hands out nothing where a field is missing, and gives up where nobody pastes', async () => {
    const [home, DISPLAY] = [shared(), await startDisplay()];
    const env = { ...none, DISPLAY };
    expect(await home.run(['get', 'github.com', '-c', '--seq', 'username,totp'], { env })).toMatchObject({ code: 5 });
    expect(await home.run(['get', 'github.com', '-c', '--seq', 'username,'], { env })).toMatchObject({ code: 2 });
    expect(await home.run(['get', 'github.com', '--seq', 'username'], { env })).toMatchObject({ code: 2 });
    expect(await home.run(['get', 'github.com', '-c', '--seq', 'username,password'], { env })).toMatchObject({ code: 130 });
    expect(await home.run(['get', 'github.com', '-c', '--seq', 'username,password'], { env: none })).toMatchObject({ code: 8 });
  });
});

describe.runIf(isHere('tmux'))('tmux', () => {
  it('gets a value into its buffer, which is deleted', async () => {
    const home = shared();
    const tmux = (line: string) => home.shell(`tmux -S ${home.path('tmux')} -f /dev/null ${line}`, { env: none });
    expect(await tmux('new-session -d "vault get github.com -c 2>said; touch done; sleep 60"')).toMatchObject({ code: 0 });
    onTestFinished(() => void tmux('kill-server'));
    await eventually(() => existsSync(home.path('done')), { what: 'the command in tmux ends' });
    expect(readFileSync(home.path('said'), 'utf8')).toContain('(tmux); the clipboard is cleared');
    expect((await tmux('show-buffer')).stdout).toBe('copied secret');
    await eventually(async () => (await tmux('list-buffers')).stdout === '', { what: 'the buffer is deleted' });
    await tmux('kill-server');
  });
});

describe('a terminal', () => {
  it('is asked to set its clipboard where there is nothing better, and to clear it', async () => {
    const home = shared();
    const terminal = home.shellTerminal('vault get github.com -c; echo waiting; sleep 30', { env: none });
    await terminal.waitFor('OSC 52');
    await terminal.waitFor('waiting');
    const sequence = (text: string) => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
    expect(terminal.raw).toContain(sequence('copied secret'));
    expect(terminal.output).not.toContain('copied secret');
    await eventually(() => terminal.raw.includes(sequence('')), { what: 'the terminal is asked to clear it' });
  });

  it('that knows no clipboard is no way to one', async () => {
    const home = shared();
    const terminal = home.shellTerminal('TERM=linux exec vault get github.com -c', { env: none });
    expect(await terminal.waitForEnd()).toMatchObject({ code: 8 });
    expect(terminal.raw).not.toContain('\u001b]52');
  });
});

describe('Wayland', () => {
  it.each([
    ['is told that it holds a secret', 'new', ''],
    ['gets the value where its program is too old to be told', 'old', 'case "$*" in *sensitive*) exit 1 ;; esac; '],
  ])('%s', async (_, age, old) => {
    const home = shared();
    const bin = home.path(age);
    mkdirSync(bin);
    const [held, args] = [join(bin, 'held'), join(bin, 'args')];
    writeFileSync(
      join(bin, 'wl-copy'),
      `#!/bin/sh\n${old}echo "$*" >>${args}\ncase "$*" in *clear*) : >${held} ;; *) cat >${held} ;; esac\n`,
      { mode: 0o700 },
    );
    writeFileSync(join(bin, 'wl-paste'), `#!/bin/sh\ncat ${held}\n`, { mode: 0o700 });
    const env = { ...none, WAYLAND_DISPLAY: 'wayland-9', PATH: `${bin}:${home.environment()['PATH'] ?? ''}` };
    const copied = await home.run(['get', 'github.com', '-c'], { env });
    expect(copied).toMatchObject({ code: 0, stderr: expect.stringContaining('(Wayland); the clipboard is cleared') });
    expect(readFileSync(held, 'utf8')).toBe('copied secret');
    expect(readFileSync(args, 'utf8').includes('--sensitive')).toBe(old === '');
    await eventually(() => readFileSync(held, 'utf8') === '', { what: 'the clipboard is cleared' });
  });
});
