import { describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { isHere, isInstalled } from '../support/is-here.ts';
import type { Terminal } from '../support/terminal.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const names = ['github.com', 'gitlab.com', 'my bank', "it's", '$(touch evil)', 'work/db', 'a:b'];

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    for (const name of names) await addEntry(made, name, 'x');
  },
});

async function complete(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await home().run(['complete-line', '--', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('what may follow', () => {
  it('is a command, an option, a key, or a value that is known', async () => {
    expect(await complete('re')).toEqual(['rename', 'remove', 'restore', 'read', 'recovery-kit', 'recover']);
    expect(await complete('daemon', 'st')).toEqual(['start', 'stop', 'status']);
    expect(await complete('get', 'x', '--re')).toEqual(['--reveal']);
    expect(await complete('get', 'x', '-f', 'us')).toEqual(['username']);
    expect(await complete('list', '--color', '')).toEqual(['auto', 'always', 'never']);
    expect(await complete('config', 'kdf.')).toEqual(['kdf.memoryMiB', 'kdf.iterations', 'kdf.parallelism']);
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('is the name of an entry where one is meant', async () => {
    for (const command of ['get', 'show', 'edit', 'rm', 'mv']) expect(await complete(command, 'git')).toEqual(['github.com', 'gitlab.com']);
    expect(await complete('get', '-u', 'me', 'git')).toEqual(['github.com', 'gitlab.com']);
    expect(await complete('add', 'git')).toEqual([]);
    for (const action of ['list', 'get', 'remove']) expect(await complete('attachment', action, 'gith')).toEqual(['github.com']);
    expect(await complete('read', 'vault://gith')).toEqual(['vault://github.com/password']);
    expect(await complete('backup', 'restore', 'git')).toEqual(['\tfiles']);
  });

  it('is a tag, a username of the entry, or what can be unset, after the option for it', async () => {
    await addEntry(home(), 'tagged', 'x', '-u', 'ada', '-t', 'work', '-t', 'web');
    await addEntry(home(), 'tagged', 'x', '-u', 'bob', '-t', 'work');
    expect(await complete('list', '-t', 'w')).toEqual(['work', 'web']);
    expect(await complete('get', 'tagged', '-u', '')).toEqual(['ada', 'bob']);
    expect(await complete('get', 'tagged', '--user', 'b')).toEqual(['bob']);
    expect(await complete('add', 'new', '-u', '')).toEqual([]);
    expect(await complete('edit', 'tagged', '--unset', 'u')).toEqual(['username', 'url']);
    for (const user of ['ada', 'bob']) await succeed(home(), ['rm', '--yes', 'tagged', '-u', user]);
    expect(await complete('restore', 'tag')).toEqual(['tagged']);
  });

  it('is what the definition of each option and argument asks for', async () => {
    await addEntry(home(), 'several', 'x', '-u', 'me', '--url', 'https://a.example');
    await addEntry(home(), 'several', 'x', '-u', 'you');
    await succeed(home(), ['attach', 'github.com', '-', '--as', 'codes.txt'], { input: 'x' });
    await succeed(home(), ['ssh', 'generate', 'laptop']);
    const token = await succeed(home(), ['token', 'create', '--entry', 'github.com', '--json']);
    const { id } = JSON.parse(token) as { id: string };
    const references = ['several?username=me/password', 'several?username=you/password'].map((rest) => `vault://${rest}`);
    for (const [line, expected] of [
      [['--color', 'always', 'get', 'gitl'], ['gitlab.com']],
      [['otp', 'gitl'], ['gitlab.com']],
      [['list', '--color=al'], ['--color=always']],
      [['token', 'create', '--entry', 'gith'], ['github.com']],
      [['get', 'x', '--seq', 'username,pass'], ['username,password']],
      [['run', '--env=A=vault://gitl'], ['--env=A=vault://gitlab.com/password']],
      [['run', '-e', 'A=vault://sev'], references.map((reference) => `A=${reference}`)],
      [['run', '--fd', '4'], ['4=']],
      [['run', '--fd', '4=vault://work/db/pass'], ['4=vault://work/db/password']],
      [
        ['read', 'vault://gitlab.com/u'],
        ['vault://gitlab.com/username', 'vault://gitlab.com/url'],
      ],
      [['run', '--env-file', ''], ['\tfiles']],
      [['run', '-e', 'A=x', '--', 'ls', '-'], ['\tcommand 4']],
      [['run', ''], ['\tcommand 1']],
      [['attach', 'github.com', ''], ['\tfiles']],
      [['attachment', 'get', 'github.com', ''], ['codes.txt']],
      [
        ['backup', 'v'],
        ['verify', '\tdirectories'],
      ],
      [
        ['export', 'k'],
        ['kdbx', '\tfiles'],
      ],
      [['import', 'auto', ''], ['\tfiles']],
      [['import', 'kd'], ['kdbx']],
      [['import', '--on-conflict', 're'], ['replace']],
      [['edit', 'several', '--remove-url', ''], ['https://a.example']],
      [['edit', 'several', '--na'], ['--name']],
      [['edit', 'several', '--name', 'git'], []],
      [['edit', 'several', '-t', 'a', '--ta'], ['--tag']],
      [['edit', 'several', '--password', '--passw'], ['--password-stdin']],
      [['get', '--', '-'], []],
      [['ssh', 'remove', ''], ['laptop']],
      [['ssh', 'generate', ''], []],
      [['token', 'revoke', ''], [id]],
      [['login', '--account', ''], ['default']],
      [
        ['config', 'generate.symbols', ''],
        ['true', 'false'],
      ],
      [
        ['help', 'daemon', 'st'],
        ['start', 'stop', 'status'],
      ],
    ] as const) {
      expect(await complete(...line), line.join(' ')).toEqual(expected);
    }
    for (const user of ['me', 'you']) await succeed(home(), ['rm', '--yes', 'several', '-u', user]);
    await succeed(home(), ['rm', '--yes', 'laptop']);
  });

  it('is nothing that a terminal would obey', async () => {
    await addEntry(home(), 'tricky\u202e', 'x');
    expect(await complete('get', 'tri')).toEqual([]);
    await succeed(home(), ['rm', '--yes', 'tricky\u202e']);
  });

  it('is no name while the vault is locked, and nothing is started or asked', async () => {
    await succeed(home(), ['lock']);
    expect(await complete('get', 'git')).toEqual([]);
    expect(home().daemonPid()).toBeNull();
    await succeed(home(), ['login', '--password-stdin'], { input: masterPassword });
  });
});

/** What is typed up to the tab, what the line is then, what is typed after that, and what comes of it. */
const typing = [
  ['get my\\ b', 'get my\\ bank', '', 'x'],
  // Words that bash cuts at colons and equals signs, and what a shell completes by itself.
  ['read vault://gitl', 'read vault://gitlab.com/password', '', 'x'],
  ['run -e A=vault://gitl', 'run -e A=vault://gitlab.com/password', '-- echo ran', 'ran'],
  ['inject -i a\\ f', 'inject -i a\\ file', '', 'read'],
  ['run -e A=vault://gitlab.com/password -- cat a\\ f', 'run -e A=vault://gitlab.com/password -- cat a\\ file', '', 'read'],
] as const;

/** Where Debian and others have bash-completion. */
const bashCompletion = '/usr/share/bash-completion/bash_completion';

async function typeAll(terminal: Terminal): Promise<void> {
  await home().shell('echo read >"a file"');
  for (const [typed, completed, rest, printed] of typing) {
    terminal.type(`vault ${typed}`);
    terminal.press('tab');
    await terminal.waitFor(`vault ${completed}`);
    terminal.answer(rest);
    await terminal.waitFor(`${printed}\n`);
    // What is typed while the command still has the terminal is the command's.
    await terminal.waitFor('> ');
  }
}

/** What bash would put on the line, by running its completion function. */
async function bash(line: string): Promise<string[]> {
  const script = `eval "$(vault completion bash)"; COMP_LINE='${line}' COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _vault; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await home().shell(`exec bash --norc -c '${script.replaceAll("'", `'"'"'`)}'`);
  return stdout.split('\n').filter((word) => word !== '');
}

describe.runIf(isHere('bash'))('bash', () => {
  it('completes commands and names, quoted so that the shell reads them back as they are', async () => {
    expect(await bash('vault ge')).toEqual(['get', 'generate']);
    expect(await bash('vault get git')).toEqual(['github.com', 'gitlab.com']);
    const quoted = await bash(`vault get ""`);
    const read = await home().shell(`exec bash --norc -c 'eval "set -- $1"; printf "%s\\n" "$@"' sh "$LINE"`, {
      env: { LINE: quoted.join(' ') },
    });
    expect(read.stdout.trim().split('\n').sort()).toEqual([...names].sort());
  });

  it.runIf(isInstalled(bashCompletion, 'bash-completion'))(
    'completes behind sudo and whatever else bash-completion knows to run a command',
    async () => {
      const terminal = home().shellTerminal(`exec bash --norc -i`, { env: { PS1: '> ', INPUTRC: '/dev/null' } });
      await terminal.waitFor('> ');
      terminal.answer(`. ${bashCompletion}; eval "$(vault completion bash)"; echo re""ady`);
      await terminal.waitFor('ready\n');
      for (const [typed, completed] of [
        ['sudo vault get gith', 'sudo vault get github.com'],
        ['sudo -u me vault run -e A=vault://gitl', 'sudo -u me vault run -e A=vault://gitlab.com/password'],
        ['nice vault run -- nice vault get my', 'nice vault run -- nice vault get my\\ bank'],
      ] as const) {
        terminal.type(typed);
        terminal.press('tab');
        await terminal.waitFor(completed);
        // Takes the line away.
        terminal.type('\u0015');
      }
      terminal.answer('exit');
      await terminal.waitForEnd();
    },
  );

  it('completes a line that a person types', async () => {
    const terminal = home().shellTerminal(`exec bash --norc -i`, { env: { PS1: '> ', INPUTRC: '/dev/null' } });
    await terminal.waitFor('> ');
    terminal.answer('eval "$(vault completion bash)"; echo re""ady');
    await terminal.waitFor('ready\n');
    terminal.type('vault get gith');
    terminal.press('tab');
    await terminal.waitFor('vault get github.com');
    terminal.press('enter');
    await terminal.waitFor('x\n');
    terminal.type('vault get "my b');
    terminal.press('tab');
    await terminal.waitFor('vault get "my bank"');
    terminal.press('enter');
    await terminal.waitFor('x\n');
    await typeAll(terminal);
    terminal.answer('exit');
    await terminal.waitForEnd();
  });
});

it.runIf(isHere('zsh'))('zsh completes a line that a person types', async () => {
  const terminal = home().shellTerminal(`exec zsh -f -i`, { env: { PS1: '> ' } });
  await terminal.waitFor('> ');
  terminal.answer(`autoload -U compinit; compinit -u -D; eval "$(vault completion zsh)"; echo re''ady`);
  await terminal.waitFor('ready\n');
  await typeAll(terminal);
  terminal.answer('exit');
  await terminal.waitForEnd();
});

describe.each(['zsh', 'fish'])('%s', (shell) => {
  it('gets a script that asks the program', async () => {
    expect(await succeed(home(), ['completion', shell])).toContain('vault complete-line --');
  });

  it.runIf(isHere(shell))('reads its script', async () => {
    const { code, stderr } = await home().shell(`vault completion ${shell} | ${shell} -n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

it.runIf(isHere('fish')).for([
  ['my\\ b', 'my bank'],
  ['"my b', 'my bank'],
  ["'my b", 'my bank'],
  ['github.com --seq username,pass', 'username,password'],
  ['--color=al', '--color=always'],
])('fish completes %s', async ([begun, completed]) => {
  const line = `vault get ${begun ?? ''}`.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const { stdout, code } = await home().shell(`fish --no-config -c "$SCRIPT"`, {
    env: { SCRIPT: `vault completion fish | source; complete -C '${line}'` },
  });
  expect({ code, lines: stdout.split('\n').map((found) => found.split('\t')[0]) }).toMatchObject({
    code: 0,
    lines: expect.arrayContaining([completed]) as string[],
  });
});

describe('completion', () => {
  it('is no use of the session: it does not keep the vault open', async () => {
    const before = await json(home(), ['status']);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await complete('get', 'git');
    const idle = (state: unknown) => /"idleExpiresAt":"([^"]+)"/.exec(JSON.stringify(state))?.[1] ?? '';
    expect(Math.abs(Date.parse(idle(await json(home(), ['status']))) - Date.parse(idle(before)))).toBeLessThan(500);
  });
});
