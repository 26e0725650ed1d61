import { describe, expect, it } from 'vitest';
import { maskText } from '../../src/core/mask.ts';
import { eventually } from '../support/eventually.ts';
import { sharedHome, type VaultTerminalOptions } from '../support/home.ts';
import type { Terminal } from '../support/terminal.ts';
import { addEntry, createVault } from './vaults.ts';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'work/db', 'first secret');
  },
});

/*
 * Where a key is pressed right after something was shown, the shell that shows it starts no other program then: dash (0.5.12) loses a
 * Ctrl+C that comes between its vfork and exec, on any terminal.
 */

/** `vault run` in a terminal, with the secret in $P. */
function run(script: string, options?: VaultTerminalOptions): Terminal {
  return home().terminal(['run', '-e', 'P=vault://work/db/password', '--', 'sh', '-c', script], options);
}

describe('vault run on a terminal', () => {
  it('gives the command a terminal of its own, with our size and our modes, and its output without secrets', async () => {
    const terminal = run(
      'test -t 0 && test -t 1 && test -t 2 && stty size && printf "\\033[1m$P\\033[0m\\n" && echo "$P" >/dev/tty; exit 7',
      {
        columns: 91,
        rows: 17,
      },
    );
    expect(await terminal.waitForEnd()).toEqual({ code: 7, signal: 0 });
    expect(terminal.output).toBe(`17 91\n${maskText}\n${maskText}\n`);
    expect(terminal.raw).toContain(`\u001b[1m${maskText}\u001b[0m`);
  });

  it('shows all that a command printed, however much that was right before its end', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `${String(index + 1)}\n`).join('');
    for (let time = 0; time < 5; time++) {
      const terminal = run('exec seq 20000');
      expect(await terminal.waitForEnd()).toEqual({ code: 0, signal: 0 });
      expect(terminal.output === lines).toBe(true);
    }
  });

  it('masks a secret that comes in pieces, and shows at once what is none', async () => {
    const terminal = run('printf "first "; printf "secret\\n"; printf "fi> "; read answer; echo "it was $answer"');
    await terminal.waitForPrompt('fi> ');
    terminal.answer('this');
    await terminal.waitFor('it was this');
    await terminal.waitForEnd();
    expect(terminal.output).toBe(`${maskText}\nfi> this\nit was this\n`);
  });

  it('tells it of a new size', async () => {
    const terminal = run('trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done', { columns: 80, rows: 24 });
    await terminal.waitFor('ready');
    terminal.resize(100, 30);
    await terminal.waitFor('30 100');
    await terminal.waitForEnd();
  });

  it('hands Ctrl+C on, to a command that ends by it and to one that does not', async () => {
    const dies = run('echo ready; exec sleep 30');
    await dies.waitFor('ready');
    dies.press('ctrl-c');
    expect(await dies.waitForEnd()).toMatchObject({ code: 130 });
    const lives = run('trap "echo caught; exit 3" INT; echo ready; while :; do sleep 0.05; done');
    await lives.waitFor('ready');
    lives.press('ctrl-c');
    await lives.waitFor('caught');
    expect(await lives.waitForEnd()).toMatchObject({ code: 3 });
  });

  it.each([
    ['on a terminal of its own', '', ''],
    ['with another standard input', '', ' </dev/null'],
    ['with nothing in between', '--no-masking ', ''],
  ])('stops the script that it is part of on Ctrl+C, %s', async (_, options, input) => {
    const command = `vault run ${options}-e P=vault://work/db/password -- sh -c 'echo ready; exec sleep 30'${input}`;
    const script = home().shellTerminal(`${command}; echo "it goes on"`);
    await script.waitFor('ready');
    script.press('ctrl-c');
    expect(await script.waitForEnd()).toMatchObject({ signal: 2 });
    expect(script.output).not.toContain('it goes on');
  });

  it('lets a shell stop it and go on, and leaves the terminal as it was', async () => {
    const terminal = home().shellTerminal('exec bash --norc -i', { env: { PS1: '> ', INPUTRC: '/dev/null' } });
    await terminal.waitForPrompt('> ');
    terminal.answer('tty');
    await terminal.waitFor(/^\/dev\/\S+\n/m);
    const device = /^\/dev\/\S+$/m.exec(terminal.output)?.[0] ?? '';
    await terminal.waitForPrompt('> ');
    terminal.answer(
      'stty -a | grep -o -- "-*icanon\\|-*echo "; vault run -e P=vault://work/db/password -- sh -c \'printf "line: "; read line; echo "<$line>"; exec sleep 30\'',
    );
    await terminal.waitFor('icanon\n');
    await terminal.waitForPrompt('line: ');
    terminal.answer('typed');
    await terminal.waitFor('<typed>');
    terminal.press('ctrl-z');
    await terminal.waitFor('Stopped');
    await terminal.waitForPrompt('> ');
    terminal.answer('stty -a | grep -o -- "-*icanon\\|-*echo "');
    await terminal.waitFor(/^icanon$/m);
    await terminal.waitForPrompt('> ');
    terminal.answer('fg');
    await terminal.waitFor('vault run');
    // It has the terminal again when keys are no signals to the shell any more.
    await eventually(async () => (await home().shell(`stty -a -F ${device}`)).stdout.includes('-isig'), {
      what: 'it takes the terminal again',
    });
    terminal.press('ctrl-c');
    await terminal.waitForPrompt('> ');
    terminal.answer('echo "status $?"; exit');
    await terminal.waitFor('status 130');
    await terminal.waitForEnd();
  });

  it('ends with the command on a signal, and the command with it when the terminal goes away', async () => {
    const terminal = run('trap "echo told; exit 9" TERM; kill -TERM $(ps -o ppid= -p $PPID); echo ready; while :; do sleep 0.05; done');
    await terminal.waitFor('told');
    expect(await terminal.waitForEnd()).toMatchObject({ code: 9 });
  });
});

describe('vault run with another standard input', () => {
  const inPipe = (before: string, script: string, after = '') =>
    home().shellTerminal(`${before} | vault run -e P=vault://work/db/password -- sh -c '${script}'${after}; echo "status $?"`, {
      columns: 91,
      rows: 17,
    });

  it('gives the command a terminal of our size for what it prints, without secrets', async () => {
    const terminal = inPipe(
      'echo in',
      'test -t 0; test -t 1 && test -t 2 && cat && stty size <&2 && printf "\\033[1m$P\\033[0m\\n"; exit 7',
    );
    await terminal.waitForEnd();
    expect(terminal.output).toBe(`in\n17 91\n${maskText}\nstatus 7\n`);
    expect(terminal.raw).toContain(`\u001b[1m${maskText}\u001b[0m`);
  });

  it('gives it one for errors alone where only these are shown', async () => {
    const terminal = inPipe('echo in', 'test -t 1 || { cat; echo "$P"; }; test -t 2 && echo "error $P" >&2', ' >out; cat out');
    await terminal.waitForEnd();
    expect(terminal.output).toBe(`error ${maskText}\nin\n${maskText}\nstatus 0\n`);
  });

  it('shows all that came, however much, and tells it of a new size', async () => {
    const terminal = inPipe('seq 20000', 'cat; trap "stty size <&2; exit" WINCH; echo ready; while :; do sleep 0.05; done');
    await terminal.waitFor('ready');
    expect(terminal.output.startsWith(Array.from({ length: 20_000 }, (_, index) => `${String(index + 1)}\n`).join(''))).toBe(true);
    terminal.resize(100, 30);
    await terminal.waitFor('30 100');
    await terminal.waitForEnd();
  });

  it('leaves Ctrl+C to the whole pipeline', async () => {
    const terminal = inPipe('sleep 30', 'trap "echo caught; exit 3" INT; echo ready; while :; do sleep 0.05; done');
    await terminal.waitFor('ready');
    terminal.press('ctrl-c');
    await terminal.waitFor('caught');
    await terminal.waitForEnd();
  });
});
