import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshHome, sharedHome, type Home } from '../support/home.ts';
import type { Terminal } from '../support/terminal.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

/** Answers the questions that make a vault, without a recovery kit. */
async function answerNewVault(terminal: Terminal): Promise<void> {
  await terminal.waitFor('Choose a master password:');
  terminal.answer(masterPassword);
  await terminal.waitFor('Once more');
  terminal.answer(masterPassword);
  await terminal.waitFor('Make a recovery kit');
  terminal.answer('n');
}

async function lock(home: Home): Promise<void> {
  await succeed(home, ['lock']);
}

describe('the first vault add on a terminal', () => {
  it('makes the vault, starts the daemon, and stores a login with a password that was typed', async () => {
    const home = freshHome();
    const terminal = home.terminal(['add', 'github.com']);
    await answerNewVault(terminal);
    await terminal.waitFor('Username');
    terminal.answer('me@example.com');
    await terminal.waitFor('Password');
    terminal.answer('typed secret');
    await terminal.waitFor('added github.com (me@example.com)');
    expect(await terminal.waitForEnd()).toEqual({ code: 0, signal: 0 });
    expect(await json(home, ['get', 'github.com'])).toMatchObject({ username: 'me@example.com', password: 'typed secret' });
    expect(terminal.raw).not.toContain('typed secret');
    expect(terminal.raw).not.toContain(masterPassword);
  });

  it('generates the password where none is typed', async () => {
    const home = freshHome();
    const terminal = home.terminal(['add', 'github.com', '-u', 'me']);
    await answerNewVault(terminal);
    await terminal.waitFor('Password (empty for a generated one)');
    terminal.press('enter');
    await terminal.waitFor('added github.com (me) with a generated password');
    expect((await terminal.waitForEnd()).code).toBe(0);
    expect(await json(home, ['get', 'github.com'])).toMatchObject({ password: expect.stringMatching(/^\S{20}$/) });
  });

  it('shows the recovery kit once, and takes it off the screen', async () => {
    const home = freshHome();
    const terminal = home.terminal(['init']);
    await terminal.waitForPrompt('Choose a master password:');
    terminal.answer('short');
    await terminal.waitFor('easily guessed');
    await terminal.waitForPrompt('Once more');
    terminal.answer('shirt');
    await terminal.waitFor('these two differ');
    await terminal.waitForPrompt('Choose a master password:');
    terminal.answer(masterPassword);
    await terminal.waitForPrompt('Once more');
    terminal.answer(masterPassword);
    await terminal.waitForPrompt('Make a recovery kit');
    terminal.press('enter');
    await terminal.waitFor(/([0-9A-Z]{4}-){5}[0-9A-Z]{4}/);
    await terminal.waitForPrompt('Have you written it down?');
    terminal.press('enter');
    await terminal.waitFor(/written it down\? No/);
    await terminal.waitForPrompt('Have you written it down?');
    terminal.answer('y');
    await terminal.waitFor('created the vault');
    expect((await terminal.waitForEnd()).code).toBe(0);
    expect(await terminal.screen()).not.toMatch(/([0-9A-Z]{4}-){5}/);
    await succeed(home, ['list']);
  });
});

type Waiting = (command: string) => Promise<Terminal>;

/** Starts a daemon, and runs commands that wait for it, each on a terminal that shows nothing by then; `goOn` lets the daemon answer. */
async function onSlowDaemon(home: Home, work: (waiting: Waiting, goOn: () => void) => Promise<void>): Promise<void> {
  await succeed(home, ['daemon', 'start']);
  const daemon = home.daemonPid() ?? 0;
  const goOn = () => void process.kill(daemon, 'SIGCONT');
  const waiting: Waiting = async (command) => {
    process.kill(daemon, 'SIGSTOP');
    const terminal = home.shellTerminal(`tty >tty; ${command}; echo "status $?"; stty -a | grep -o -- "-*echo "`);
    const modes = async () => (await home.shell('stty -a -F "$(cat tty)"')).stdout;
    await eventually(async () => (await modes()).includes('-echo '), { what: 'the terminal shows nothing' });
    return terminal;
  };
  try {
    await work(waiting, goOn);
  } finally {
    goOn();
  }
}

it.runIf(process.platform === 'linux')('nothing of a new master password shows that is typed before init asks for it', async () => {
  const home = freshHome();
  await onSlowDaemon(home, async (waiting, goOn) => {
    const terminal = await waiting('vault init');
    terminal.answer(masterPassword);
    goOn();
    await terminal.waitForPrompt('Once more');
    terminal.answer(masterPassword);
    await terminal.waitForPrompt('Make a recovery kit');
    terminal.answer('n');
    await terminal.waitFor('status 0');
    expect(terminal.raw).not.toContain(masterPassword);
  });
});

describe('a locked vault on a terminal', () => {
  const home = sharedHome({
    prepare: async (made) => {
      await createVault(made);
      await addEntry(made, 'github.com', 'secret', '-u', 'me');
    },
  });

  it('asks for the master password, and goes on', async () => {
    await lock(home());
    const terminal = home().terminal(['get', 'github.com']);
    await terminal.waitFor('Master password:');
    terminal.answer(masterPassword);
    await terminal.waitFor('secret\n');
    expect((await terminal.waitForEnd()).code).toBe(0);
  });

  it('asks again after a wrong one, three times at most', async () => {
    await lock(home());
    const terminal = home().terminal(['get', 'github.com']);
    for (let i = 0; i < 3; i++) {
      await terminal.waitFor('Master password:');
      terminal.answer('wrong');
      await terminal.waitFor('wrong master password');
    }
    expect((await terminal.waitForEnd()).code).toBe(4);
  });

  it('asks where stdout is a pipe, and gives the pipe the value alone', async () => {
    await lock(home());
    const terminal = home().shellTerminal('x=$(vault get github.com); echo "got <$x>"');
    await terminal.waitFor('Master password:');
    terminal.answer(masterPassword);
    await terminal.waitFor('got <secret>');
  });

  it('asks where stdin is a pipe with the secret of an entry', async () => {
    await lock(home());
    const terminal = home().shellTerminal('printf %s piped | vault add piped --password-stdin; echo "status $?"');
    await terminal.waitFor('Master password:');
    terminal.answer(masterPassword);
    await terminal.waitFor('status 0');
    expect(await succeed(home(), ['get', 'piped'])).toBe('piped');
  });

  it('asks for the master password before it asks for what is to be stored', async () => {
    await lock(home());
    const terminal = home().terminal(['add', 'ordered']);
    await terminal.waitFor('Master password:');
    terminal.answer(masterPassword);
    await terminal.waitFor('Username');
    terminal.press('enter');
    await terminal.waitFor('Password');
    terminal.answer('x');
    await terminal.waitFor('added ordered');
  });

  it.runIf(process.platform === 'linux')('shows nothing of what is typed before it asks, and Ctrl+C ends it then too', async () => {
    await lock(home());
    await eventually(() => home().daemonPid() === null, { what: 'the daemon ends' });
    await onSlowDaemon(home(), async (waiting, goOn) => {
      const left = await waiting('vault login');
      left.press('ctrl-c');
      await left.waitFor('status 130');
      await left.waitFor(/^echo /m);
      const recovering = await waiting('vault recover');
      recovering.answer('NOT REALLY A KIT');
      goOn();
      await recovering.waitForPrompt('New master password:');
      recovering.press('ctrl-c');
      await recovering.waitFor('status 130');
      expect(recovering.raw).not.toContain('REALLY');
      const terminal = await waiting('vault login');
      terminal.answer(masterPassword);
      goOn();
      await terminal.waitFor('status 0');
      await terminal.waitFor(/^echo /m);
      expect(terminal.raw).not.toContain(masterPassword);
    });
  });

  it('asks nobody with --no-input, and where all streams lead elsewhere', async () => {
    await lock(home());
    const told = home().terminal(['get', 'github.com', '--no-input']);
    await told.waitFor('vault: the vault is locked');
    expect((await told.waitForEnd()).code).toBe(4);
    const elsewhere = home().shellTerminal('vault get github.com </dev/null >out 2>err; echo "status $?"');
    await elsewhere.waitFor('status 4');
    expect(home().daemonPid()).toBeNull();
  });

  it('gives an open vault no reason to ask', async () => {
    await succeed(home(), ['login', '--password-stdin'], { input: masterPassword });
    const terminal = home().terminal(['get', 'github.com']);
    await terminal.waitForEnd();
    expect(terminal.output).toBe('secret\n');
  });
});

describe('questions on a terminal', () => {
  const home = sharedHome({
    prepare: async (made) => {
      await createVault(made);
      await addEntry(made, 'github.com', 'one', '-u', 'me');
      await addEntry(made, 'gitlab.com', 'two', '-u', 'you');
    },
  });

  it('lets choose among names on a miss', async () => {
    const terminal = home().terminal(['get', 'git']);
    await terminal.waitFor('Did you mean one of these?');
    await terminal.waitFor('gitlab.com (you)');
    terminal.press('down', 'enter');
    await terminal.waitFor(/(one|two)\n/);
    expect((await terminal.waitForEnd()).code).toBe(0);
  });

  it('fails on a miss that is like nothing', async () => {
    const terminal = home().terminal(['get', 'zzzzzzz']);
    expect((await terminal.waitForEnd()).code).toBe(5);
  });

  it('prints several matches and fails, on a terminal too', async () => {
    await addEntry(home(), 'github.com', 'three', '-u', 'other');
    const terminal = home().terminal(['get', 'github.com']);
    await terminal.waitFor('2 entries match');
    expect((await terminal.waitForEnd()).code).toBe(6);
  });

  it('removes what is confirmed, and nothing else', async () => {
    const no = home().terminal(['rm', 'gitlab.com']);
    await no.waitFor('Move gitlab.com (you) to the trash?');
    no.press('enter');
    expect((await no.waitForEnd()).code).toBe(130);
    const yes = home().terminal(['rm', 'gitlab.com']);
    await yes.waitFor('to the trash?');
    yes.answer('y');
    await yes.waitFor('removed gitlab.com (you)');
    expect((await yes.waitForEnd()).code).toBe(0);
  });

  it('refuses what is there already before a password is typed', async () => {
    const terminal = home().terminal(['add', 'github.com']);
    await terminal.waitFor('Username');
    terminal.answer('me');
    await terminal.waitFor('there is an entry with this name and username');
    expect((await terminal.waitForEnd()).code).toBe(6);
    expect(terminal.output).not.toContain('Password');
  });

  it('asks for a new password in edit', async () => {
    const terminal = home().terminal(['edit', 'github.com', '-u', 'me', '--password']);
    await terminal.waitFor('New password:');
    terminal.answer('changed');
    await terminal.waitFor('changed github.com (me)');
    expect(await succeed(home(), ['get', 'github.com', '-u', 'me'])).toBe('changed');
  });

  it('changes the master password, and stays unlocked with the new one', async () => {
    const terminal = home().terminal(['passwd']);
    await terminal.waitFor('Master password:');
    terminal.answer(masterPassword);
    await terminal.waitFor('New master password:');
    terminal.answer('another long passphrase of mine');
    await terminal.waitFor('Once more');
    terminal.answer('another long passphrase of mine');
    await terminal.waitFor('changed the master password');
    expect((await terminal.waitForEnd()).code).toBe(0);
    expect(await json(home(), ['status'])).toMatchObject({ locked: false });
    await lock(home());
    expect(await home().run(['login', '--password-stdin'], { input: masterPassword })).toMatchObject({ code: 4 });
    await succeed(home(), ['login', '--password-stdin'], { input: 'another long passphrase of mine' });
  });

  it('shows a table that fits the terminal, and colours unless told otherwise', async () => {
    const coloured = home().terminal(['list'], { columns: 60 });
    await coloured.waitForEnd();
    expect(coloured.output).toMatch(/^NAME +USERNAME\n(github\.com +(me|other)\n){2}$/);
    expect(coloured.raw).toContain('\u001b[1m');
    for (const [args, env] of [
      [['list', '--color', 'never'], {}],
      [['list'], { NO_COLOR: '1' }],
    ] as const) {
      const plain = home().terminal(args, { env });
      await plain.waitForEnd();
      expect(plain.raw).not.toContain('\u001b');
    }
  });
});

describe('what is typed', () => {
  const home = sharedHome({ prepare: (made) => createVault(made) });

  it('generates nothing that was not asked for where there is something else to keep', async () => {
    const terminal = home().terminal(['add', 'wifi', '-u', 'me', '--notes', 'in the drawer']);
    await terminal.waitFor('Password (empty for none)');
    terminal.press('enter');
    await terminal.waitFor('added wifi (me)');
    expect(await json(home(), ['get', 'wifi'])).toMatchObject({ password: null, notes: 'in the drawer' });
  });

  it('lets nobody type a password for --password-stdin where all can see it', async () => {
    const terminal = home().terminal(['add', 'typed', '--password-stdin']);
    await terminal.waitForPrompt('Password:');
    terminal.answer('not to be seen');
    await terminal.waitFor('added typed');
    expect(terminal.raw).not.toContain('not to be seen');
    expect(await succeed(home(), ['get', 'typed'])).toBe('not to be seen');
    const nobody = home().terminal(['login', '--password-stdin', '--no-input']);
    expect((await nobody.waitForEnd()).code).toBe(2);
  });

  it('takes a note that is typed, to its end', async () => {
    const terminal = home().terminal(['add', 'noted', '-g', '--notes', '-']);
    await terminal.waitFor('Ctrl+D');
    terminal.answer('first');
    terminal.answer('second');
    terminal.press('ctrl-d');
    await terminal.waitFor('added noted');
    expect(await json(home(), ['get', 'noted'])).toMatchObject({ notes: 'first\nsecond' });
    const nobody = home().terminal(['add', 'nothing', '-g', '--notes', '-', '--no-input']);
    expect((await nobody.waitForEnd()).code).toBe(2);
  });
});

describe('Ctrl+C', () => {
  const home = sharedHome({
    prepare: async (made) => {
      await createVault(made);
      await addEntry(made, 'github.com', 'one', '-u', 'me');
    },
  });

  /** Runs a command in a shell, and tells afterwards how it ended and what it left of the terminal. */
  const line = (command: string) =>
    `trap : INT; stty -g >before; ${command}; echo "status $?"; stty -g >after; cmp before after && echo restored`;

  interface Question {
    readonly command: string;
    /** What is asked and answered before. */
    readonly before?: readonly (readonly [prompt: string, answer: string])[];
    readonly prompt: string;
    readonly locked?: boolean;
    readonly fresh?: boolean;
  }

  const secretTwice = [
    ['Choose a master password:', masterPassword],
    ['Once more', masterPassword],
  ] as const;

  const questions: readonly Question[] = [
    { command: 'vault init', prompt: 'Choose a master password:', fresh: true },
    { command: 'vault init', before: secretTwice.slice(0, 1), prompt: 'Once more', fresh: true },
    { command: 'vault init', before: secretTwice, prompt: 'Make a recovery kit', fresh: true },
    { command: 'vault init', before: [...secretTwice, ['Make a recovery kit', 'y']], prompt: 'Have you written it down?', fresh: true },
    { command: 'vault add new', prompt: 'Username' },
    { command: 'vault add new', before: [['Username', 'me']], prompt: 'Password' },
    { command: 'vault get gitub.com', prompt: 'Did you mean one of these?' },
    { command: 'vault rm github.com', prompt: 'to the trash?' },
    { command: 'vault edit github.com --password', prompt: 'New password:' },
    { command: 'vault passwd', prompt: 'Master password:' },
    { command: 'vault passwd', before: [['Master password:', masterPassword]], prompt: 'New master password:' },
    { command: 'vault login', prompt: 'Master password:' },
    { command: 'vault get github.com', prompt: 'Master password:', locked: true },
    { command: 'x=$(vault get github.com)', prompt: 'Master password:', locked: true },
    { command: 'vault list >out', prompt: 'Master password:', locked: true },
  ];

  it.each(questions)(
    'at "$prompt" of $command ends with 130 and gives the terminal back',
    async ({ command, before = [], prompt, locked, fresh }) => {
      const place = fresh === true ? freshHome() : home();
      if (locked === true) await lock(place);
      else if (fresh !== true) await succeed(place, ['login', '--password-stdin'], { input: masterPassword });
      const terminal = place.shellTerminal(line(command));
      for (const [question, answer] of before) {
        await terminal.waitFor(question);
        terminal.answer(answer);
      }
      await terminal.waitFor(prompt);
      terminal.press('ctrl-c');
      await terminal.waitFor('status 130');
      await terminal.waitFor('restored');
      expect(terminal.raw.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(terminal.raw.lastIndexOf('\u001b[?25l'));
      expect(terminal.raw.split('\u001b[?1049h').length).toBe(terminal.raw.split('\u001b[?1049l').length);
    },
  );

  it('leaves a prompt that Ctrl+Z could not stop', async () => {
    await succeed(home(), ['login', '--password-stdin'], { input: masterPassword });
    const terminal = home().terminal(['edit', 'github.com', '--password']);
    await terminal.waitForPrompt('New password:');
    terminal.type('a\u001ab');
    await terminal.waitForPrompt('New password: **');
    terminal.press('ctrl-c');
    expect((await terminal.waitForEnd()).code).toBe(130);
  });

  it('is what Ctrl+D is, and what closing the window is', async () => {
    await lock(home());
    const terminal = home().shellTerminal(line('vault get github.com'));
    await terminal.waitFor('Master password:');
    terminal.press('ctrl-d');
    await terminal.waitFor('status 130');
    await terminal.waitFor('restored');
    const closed = home().terminal(['get', 'github.com']);
    await closed.waitFor('Master password:');
    await closed.close();
  });

  it('stores nothing', async () => {
    await succeed(home(), ['login', '--password-stdin'], { input: masterPassword });
    expect(await json(home(), ['list'])).toMatchObject([{ name: 'github.com', revision: 1 }]);
  });

  it('while the daemon derives keys ends the command with 130 too', async () => {
    const place = freshHome({ kdf: { memoryMiB: 512, iterations: 8, parallelism: 1 } });
    const terminal = place.shellTerminal(line('vault init'));
    await answerNewVault(terminal);
    await terminal.waitFor('creating the vault');
    terminal.press('ctrl-c');
    await terminal.waitFor('status 130');
    await terminal.waitFor('restored');
  });
});
