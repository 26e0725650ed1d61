import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { displayIsPossible, paste, startDisplay } from '../support/display.ts';
import { eventually } from '../support/eventually.ts';
import { sharedHome, type Home } from '../support/home.ts';
import { isHere } from '../support/is-here.ts';
import { processesOf } from '../support/processes.ts';
import { addEntry, createVault, succeed } from './vaults.ts';

const shared = sharedHome({
  prepare: async (home) => {
    await createVault(home);
    await addEntry(home, 'github.com', 'copied secret', '-u', 'me');
  },
});

const none = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, TMUX: undefined };

/** The shared home, whose clipboard is cleared after so many seconds; 0 is never. */
function homeThatClears(clearSeconds: number): Home {
  const home = shared();
  home.configure({ clipboard: { clearSeconds } });
  return home;
}

/** Asked while the clipboard changes hands, xclip (0.13) waits for ever for an answer: it is asked again. To ask which forms there are is no paste. */
async function isOffered(home: Home, env: Record<string, string | undefined>): Promise<boolean> {
  const { stdout } = await home.shell(`timeout 5 ${paste} -t TARGETS`, { env });
  return stdout.includes('UTF8_STRING');
}

/** A display for the running test. */
async function freshDisplay(): Promise<string> {
  const { DISPLAY, end } = await startDisplay();
  onTestFinished(end);
  return DISPLAY;
}

describe.runIf(displayIsPossible)('the clipboard of X11', () => {
  it('gets a value, which another program reads, and is cleared', async () => {
    const [home, DISPLAY] = [homeThatClears(0), await freshDisplay()];
    const env = { ...none, DISPLAY };
    const held = async () => await home.shell(`timeout 1 ${paste}`, { env });
    await succeed(home, ['get', 'github.com', '-c'], { env });
    await eventually(async () => (await held()).stdout === 'copied secret', { what: 'the value is pasted' });
    home.configure({ clipboard: { clearSeconds: 1 } });
    expect(await home.run(['get', 'github.com', '-c'], { env })).toMatchObject({
      code: 0,
      stderr: 'copied the password of github.com (me) (X11); the clipboard is cleared in 1 second\n',
    });
    const isCleared = async () => {
      const { code, stdout } = await held();
      return code !== 124 && stdout === '';
    };
    await eventually(isCleared, { what: 'the clipboard is cleared' });
  });

  it('is cleared at once by vault lock, unless something else was copied since', async () => {
    const [home, DISPLAY] = [homeThatClears(600), await freshDisplay()];
    const env = { ...none, DISPLAY };
    const held = async () => await home.shell(`timeout 1 ${paste}`, { env });
    await succeed(home, ['generate', '30', '-c'], { env });
    await eventually(async () => (await held()).stdout.length === 30, { what: 'the value is pasted' });
    // Of another account: the session of this one is for the other tests.
    await succeed(home, ['lock'], { env: { VAULTD_ACCOUNT: 'nobody' } });
    const isCleared = async () => {
      const { code, stdout } = await held();
      return code !== 124 && stdout === '';
    };
    await eventually(isCleared, { what: 'the clipboard is cleared' });

    await succeed(home, ['generate', '30', '-c'], { env });
    await home.shell('printf something | xclip -i -selection clipboard >/dev/null 2>&1', { env });
    await succeed(home, ['lock'], { env: { VAULTD_ACCOUNT: 'nobody' } });
    await eventually(() => processesOf(home.directory).every(({ args }) => !args.includes('clear-clipboard')), {
      what: 'the process that clears has ended',
    });
    await eventually(async () => (await held()).stdout === 'something', { what: 'what was copied since is left alone' });
  });

  it('hands out one value after the other, each to one paste', async () => {
    const [home, DISPLAY] = [homeThatClears(0), await freshDisplay()];
    const env = { ...none, DISPLAY };
    const bin = home.path('noting');
    mkdirSync(bin);
    writeFileSync(join(bin, 'xclip'), `#!/bin/sh\necho $$ >${bin}/pid\nPATH=\${PATH#*:} exec xclip "$@"\n`, { mode: 0o700 });
    const PATH = `${bin}:${home.environment()['PATH'] ?? ''}`;
    const handing = home.run(['get', 'github.com', '-c', '--seq', 'username, password'], { env: { ...env, PATH } });
    const isOfferedNow = async () => await eventually(() => isOffered(home, env), { what: 'a value is offered' });
    await isOfferedNow();
    // Who asks and does not wait for the answer takes nothing away, though xclip ends of it.
    const pid = Number(readFileSync(join(bin, 'pid'), 'utf8'));
    process.kill(pid, 'SIGSTOP');
    await home.shell(`timeout 0.3 ${paste}`, { env });
    process.kill(pid, 'SIGCONT');
    for (const value of ['me', 'copied secret']) {
      await isOfferedNow();
      expect(await home.shell(paste, { env })).toMatchObject({ code: 0, stdout: value });
    }
    expect(await handing).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('paste the password of github.com (me)') });
    expect(await isOffered(home, env)).toBe(false);
  });

  it('hands out no more where something else is copied, which stays', async () => {
    const [home, DISPLAY] = [homeThatClears(0), await freshDisplay()];
    const env = { ...none, DISPLAY };
    const handing = home.run(['get', 'github.com', '-c', '--seq', 'username,password'], { env });
    await eventually(() => isOffered(home, env), { what: 'a value is offered' });
    await home.shell('printf something | xclip -i -selection clipboard >/dev/null 2>&1', { env });
    expect(await handing).toMatchObject({ code: 130, stderr: expect.stringContaining('something else was copied') });
    expect(await home.shell(paste, { env })).toMatchObject({ code: 0, stdout: 'something' });
  });

  it('hands out nothing where a field is missing, and gives up where nobody pastes', async () => {
    const [home, DISPLAY] = [homeThatClears(1), await freshDisplay()];
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
    const home = homeThatClears(0);
    const tmux = (line: string) => home.shell(`tmux -S ${home.path('tmux')} -f /dev/null ${line}`, { env: none });
    onTestFinished(() => void tmux('kill-server'));
    const copyInside = async (number: number) => {
      const [said, done] = [home.path(`said-${number}`), home.path(`done-${number}`)];
      expect(await tmux(`new-session -d "vault get github.com -c 2>${said}; touch ${done}; exec cat"`)).toMatchObject({ code: 0 });
      await eventually(() => existsSync(done), { what: 'the command in tmux ends' });
      return readFileSync(said, 'utf8');
    };
    await copyInside(1);
    expect((await tmux('show-buffer')).stdout).toBe('copied secret');
    await tmux('delete-buffer');
    home.configure({ clipboard: { clearSeconds: 1 } });
    expect(await copyInside(2)).toContain('(tmux); the clipboard is cleared');
    // What was copied since stays; the value goes from behind it.
    await tmux('set-buffer other');
    const buffers = async () => (await tmux("list-buffers -F '#{buffer_sample}'")).stdout;
    await eventually(async () => (await buffers()) === 'other\n', { what: 'the buffer is deleted' });
    await tmux('kill-server');
  });
});

describe('a terminal', () => {
  it('is asked to set its clipboard where there is nothing better, and to clear it', async () => {
    const home = homeThatClears(1);
    const terminal = home.shellTerminal('vault get github.com -c; echo waiting; exec cat', { env: none });
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

/** What runs sway, which wants no root, without a screen: as us, or as nobody. */
const unprivileged = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

/** A Wayland compositor without a screen; the environment that programs find it by. */
async function startCompositor(home: Home): Promise<Record<string, string | undefined>> {
  const directory = mkdtempSync('/tmp/vault-wayland-');
  writeFileSync(join(directory, 'config'), '', { mode: 0o644 });
  if (unprivileged.length > 0) chownSync(directory, 65_534, 65_534);
  const [program, ...args] = [...unprivileged, 'sway', '--config', join(directory, 'config')];
  const server = spawn(program, args, {
    env: {
      PATH: home.environment()['PATH'],
      HOME: directory,
      XDG_RUNTIME_DIR: directory,
      WLR_BACKENDS: 'headless',
      WLR_LIBINPUT_NO_DEVICES: '1',
      WLR_RENDERER: 'pixman',
    },
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    if (server.kill()) await ended;
    rmSync(directory, { recursive: true, force: true });
  });
  const socket = () => readdirSync(directory).find((name) => /^wayland-\d+$/.test(name));
  await eventually(() => socket() !== undefined, { what: 'the compositor listens' });
  return { ...none, WAYLAND_DISPLAY: join(directory, socket() ?? '') };
}

describe.runIf(['sway', 'wl-copy'].every(isHere))('the clipboard of Wayland', () => {
  it('gets a value, is told that it is a secret, is cleared, and is left alone where something else was copied', async () => {
    const home = homeThatClears(1);
    const env = await startCompositor(home);
    const held = async () => (await home.shell('wl-paste --no-newline', { env })).stdout;
    const copy = async () =>
      expect(await home.run(['get', 'github.com', '-c'], { env })).toMatchObject({ code: 0, stderr: expect.stringContaining('(Wayland)') });
    home.configure({ clipboard: { clearSeconds: 0 } });
    await copy();
    expect(await held()).toBe('copied secret');
    // wl-copy tells from version 2.3 on.
    const tells = (await home.shell('wl-copy --help')).stdout.includes('--sensitive');
    expect((await home.shell('wl-paste --list-types', { env })).stdout.includes('x-kde-passwordManagerHint')).toBe(tells);
    home.configure({ clipboard: { clearSeconds: 1 } });
    await copy();
    await eventually(async () => (await held()) === '', { what: 'the clipboard is cleared' });
    await copy();
    await home.shell('printf other | wl-copy >/dev/null 2>&1', { env });
    const waits = async () => (await home.shell(`pgrep -f '[c]lear-clipboard ${home.directory}'`)).code === 0;
    await eventually(async () => !(await waits()), { what: 'the process that clears has ended' });
    expect(await held()).toBe('other');
  });
});

describe('Wayland', () => {
  it('hands out the next value though the one before is still offered for a moment, by a program that has ended', async () => {
    const home = homeThatClears(0);
    const bin = home.path('slow');
    mkdirSync(bin);
    const [ghost, served] = [join(bin, 'ghost'), join(bin, 'served')];
    writeFileSync(join(bin, 'wl-copy'), `#!/bin/sh\ncat >>${served}; echo >>${served}; echo x >${ghost}\n`, { mode: 0o700 });
    // It has forms to offer twice after each paste, and no content.
    const forms = `[ -s ${ghost} ] || exit 1; grep -q xx ${ghost} && : >${ghost} || echo xx >${ghost}; echo text/plain`;
    writeFileSync(join(bin, 'wl-paste'), `#!/bin/sh\ncase "$*" in *list*) ${forms} ;; *) exit 1 ;; esac\n`, { mode: 0o700 });
    const env = { ...none, WAYLAND_DISPLAY: 'wayland-9', PATH: `${bin}:${home.environment()['PATH'] ?? ''}` };
    expect(await home.run(['get', 'github.com', '-c', '--seq', 'username,password'], { env })).toMatchObject({ code: 0 });
    expect(readFileSync(served, 'utf8')).toBe('me\ncopied secret\n');
  });

  it.each([
    ['is told that it holds a secret', 'new', ''],
    ['gets the value where its program is too old to be told', 'old', 'case "$*" in *sensitive*) exit 1 ;; esac; '],
  ])('%s', async (_, age, old) => {
    const home = homeThatClears(1);
    const bin = home.path(age);
    mkdirSync(bin);
    const [held, copied, args] = [join(bin, 'held'), join(bin, 'copied'), join(bin, 'args')];
    writeFileSync(
      join(bin, 'wl-copy'),
      `#!/bin/sh\n${old}echo "$*" >>${args}\ncase "$*" in *clear*) : >${held} ;; *) tee ${copied} >${held} ;; esac\n`,
      { mode: 0o700 },
    );
    writeFileSync(join(bin, 'wl-paste'), `#!/bin/sh\ncat ${held}\n`, { mode: 0o700 });
    const env = { ...none, WAYLAND_DISPLAY: 'wayland-9', PATH: `${bin}:${home.environment()['PATH'] ?? ''}` };
    expect(await home.run(['get', 'github.com', '-c'], { env })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('(Wayland); the clipboard is cleared'),
    });
    expect(readFileSync(copied, 'utf8')).toBe('copied secret');
    expect(readFileSync(args, 'utf8').includes('--sensitive')).toBe(old === '');
    await eventually(() => readFileSync(held, 'utf8') === '', { what: 'the clipboard is cleared' });
  });
});
