import { describe, expect, it } from 'vitest';
import { freshHome } from './home.ts';

describe('a driven terminal', () => {
  it('waits for what the program asks, answers it, and tells the exit code', async () => {
    const terminal = freshHome().shellTerminal('printf "name? "; read name; echo "hello $name"; exit 7');
    await terminal.waitFor('name? ');
    terminal.answer('Ada');
    await terminal.waitFor(/hello (\w+)/);
    expect(await terminal.waitForEnd()).toEqual({ code: 7, signal: 0 });
    expect(await terminal.screen()).toBe('name? Ada\nhello Ada');
  });

  it('tells a prompt that waits from one that was drawn before', async () => {
    const line = String.raw`printf 'name? '; read name; printf '\033[A\r\033[2Kname? done\nage? '; read age; echo "$name is $age"`;
    const terminal = freshHome().shellTerminal(line);
    await terminal.waitForPrompt('name? ');
    terminal.answer('Ada');
    await terminal.waitForPrompt(/age\? $/);
    await expect(terminal.waitForPrompt('name?', 50)).rejects.toThrow('the prompt name?');
    terminal.answer('36');
    await terminal.waitFor('Ada is 36');
    await terminal.waitForEnd();
    expect(await terminal.screen()).toBe('name? done\nage? 36\nAda is 36');
  });

  it('is the /dev/tty of what runs in it, whatever stdin and stdout are', async () => {
    const terminal = freshHome().shellTerminal('sh -c "read line </dev/tty; echo got \\$line >/dev/tty" </dev/null >/dev/null; echo done');
    terminal.answer('secret');
    await terminal.waitFor('got secret');
    await terminal.waitFor('done');
  });

  it('sends Ctrl+C to the program as its user would', async () => {
    const terminal = freshHome().shellTerminal('trap "echo cancelled; exit 130" INT; echo ready; while :; do sleep 0.1; done');
    await terminal.waitFor('ready');
    terminal.press('ctrl-c');
    await terminal.waitFor('cancelled');
    expect(await terminal.waitForEnd()).toMatchObject({ code: 130 });
  });

  it('shows the screen as it is after a program has drawn over it', async () => {
    const terminal = freshHome().shellTerminal(String.raw`printf 'password: abc'; printf '\r\033[2K'; printf 'gone\n'`);
    await terminal.waitForEnd();
    expect(terminal.output).toContain('password: abc');
    expect(await terminal.screen()).toBe('gone');
  });

  it('holds all that a program showed right before its end', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${String(index + 1)}\n`).join('');
    for (let time = 0; time < 20; time++) {
      const terminal = freshHome().shellTerminal('exec seq 5000');
      await terminal.waitForEnd();
      expect(terminal.output === lines).toBe(true);
    }
  });

  it('says what was shown when a text never comes', async () => {
    const terminal = freshHome().shellTerminal('echo something else');
    await expect(terminal.waitFor('the prompt')).rejects.toThrow(/the program ended \(exit 0\).*the prompt.*something else/s);
    const silent = freshHome().shellTerminal('read line');
    await expect(silent.waitFor('the prompt', 50)).rejects.toThrow('50 ms passed while waiting for the prompt');
  });
});

/** How a line of shell is given up: after longer and longer, for a busy machine may not come so far in so short a time. */
async function givenUp(line: string, comesTo: string): Promise<string> {
  for (let timeoutMs = 400; ; timeoutMs *= 3) {
    const said = await freshHome()
      .shell(line, { timeoutMs })
      .then(() => 'it ended', String);
    if (said.includes(comesTo) || timeoutMs > 20_000) return said;
  }
}

describe('a program run without a terminal', () => {
  it('gets its input, and gives its streams apart and its exit code', async () => {
    const result = await freshHome().shell('cat; echo problem >&2; exit 3', { input: 'text' });
    expect(result).toEqual({ code: 3, signal: null, stdout: 'text', stderr: 'problem\n' });
  });

  it('has no /dev/tty and an empty stdin', async () => {
    const result = await freshHome().shell('(: </dev/tty) 2>/dev/null && echo terminal; cat; echo end');
    expect(result.stdout).toBe('end\n');
  });

  it('is given up, with what it printed, when it does not end', async () => {
    expect(await givenUp('echo begun; sleep 600', 'begun')).toMatch(/did not end within \d+ ms\nstdout: begun/);
  });

  it('is reported when it leaves a process behind that keeps its output open', async () => {
    expect(await givenUp('sleep 600 & exit 0', 'ended, but')).toContain('something keeps its output open');
  });
});
