import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sharedHome, type Home } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'work/db', 'old secret', '-u', 'me', '--url', 'https://db.example', '--notes', 'a note');
  },
});

/** An editor that is a line of shell; `$1` is the file. */
function editor(line: string): { EDITOR: string } {
  const path = home().path('editor.sh');
  writeFileSync(path, `#!/bin/sh\n${line}\n`, { mode: 0o700 });
  return { EDITOR: path };
}

function leftovers({ directory }: Home): string[] {
  return readdirSync(directory).filter((name) => name.startsWith('edit-'));
}

const edit = (line: string) => home().run(['edit', 'work/db'], { env: editor(line) });

describe('vault edit in an editor', () => {
  it('shows the entry in a file that nobody else can read, and removes it', async () => {
    const seen = home().path('seen');
    const done = await edit(`stat -c '%a %F' "$1" "$(dirname "$1")" >${seen}; cat "$1" >>${seen}; echo "$1" >>${seen}`);
    expect(done).toMatchObject({ code: 0, stdout: '', stderr: 'nothing changed in work/db (me)\n' });
    const [file, directory, ...form] = readFileSync(seen, 'utf8').trim().split('\n');
    expect([file, directory]).toEqual(['600 regular file', '700 directory']);
    expect(form.join('\n')).toContain('password: old secret');
    expect(form.at(-1)?.startsWith(home().directory)).toBe(true);
    expect(leftovers(home())).toEqual([]);
  });

  it('keeps what was changed, added and taken away', async () => {
    const script = `sed -i -e 's/^password: .*/password: new secret/' -e 's/^username: .*/username:/' -e 's/^tag:/tag: blue/' -e '/^url:/d' "$1"
sed -i 's/^tag: blue/&\\nhidden field pin: 12 34/' "$1"; echo 'second line' >>"$1"`;
    expect(await edit(script)).toMatchObject({ code: 0, stderr: 'changed work/db\n' });
    expect(await json(home(), ['get', 'work/db'])).toMatchObject({
      username: null,
      password: 'new secret',
      urls: [],
      tags: ['blue'],
      fields: [{ name: 'pin', value: '12 34', hidden: true }],
      notes: 'a note\nsecond line',
      revision: 2,
    });
  });

  it('takes an editor with arguments, and VISUAL before EDITOR', async () => {
    const env = { ...editor('[ "$1" = --wait ] && echo more >>"$2"'), VISUAL: `${home().path('editor.sh')} --wait`, EDITOR: 'false' };
    expect(await home().run(['edit', 'work/db'], { env })).toMatchObject({ code: 0, stderr: 'changed work/db\n' });
  });

  it('says what to do where there is no editor, or none that runs', async () => {
    expect(await home().run(['edit', 'work/db'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/neither VISUAL nor EDITOR is set\nhint: export EDITOR/),
    });
    expect(await home().run(['edit', 'work/db'], { env: { EDITOR: 'no-such-editor-at-all' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('vault: the editor cannot be run'),
    });
    expect(leftovers(home())).toEqual([]);
  });

  it('changes nothing where the editor gives up, the form makes no sense, or the file is gone', async () => {
    const before = await json(home(), ['get', 'work/db']);
    expect(await edit('exit 1')).toMatchObject({ code: 130, stderr: expect.stringContaining('nothing was changed') });
    expect(await edit('echo nonsense >"$1"')).toMatchObject({ code: 2, stderr: expect.stringContaining('is missing') });
    expect(await edit(`sed -i 's/^name: .*/name:/' "$1"`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name must not be empty'),
    });
    expect(await edit(`sed -i 's/^totp:.*/totp: not base32!/' "$1"`)).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('base32!'),
    });
    expect(await edit('rm "$1"')).toMatchObject({ code: 2 });
    expect(await json(home(), ['get', 'work/db'])).toEqual(before);
    expect(leftovers(home())).toEqual([]);
  });

  it('lets somebody at a terminal mend what makes no sense, without typing it again', async () => {
    const env = editor(
      `if [ -e ${home().path('twice')} ]; then sed -i 's/^usernme/username/' "$1"; else touch ${home().path('twice')}; sed -i 's/^username:.*/usernme: mended/' "$1"; fi`,
    );
    const terminal = home().terminal(['edit', 'work/db'], { env });
    await terminal.waitFor('unknown key');
    await terminal.waitFor('Edit again?');
    terminal.press('enter');
    await terminal.waitFor('changed work/db (mended)');
    expect((await terminal.waitForEnd()).code).toBe(0);
  });

  it('refuses to overwrite what was changed meanwhile, or puts it on top where somebody says so', async () => {
    const meanwhile = `vault edit work/db --field other=$RANDOM.$$ -q; echo 'third line' >>"$1"`;
    expect(await edit(meanwhile)).toMatchObject({ code: 6, stderr: expect.stringContaining('meanwhile') });
    const terminal = home().terminal(['edit', 'work/db'], { env: editor(meanwhile) });
    await terminal.waitFor('changed meanwhile. Put your changes on top');
    terminal.press('enter');
    await terminal.waitFor('changed work/db');
    expect(await json(home(), ['get', 'work/db'])).toMatchObject({
      notes: expect.stringContaining('third line'),
      fields: expect.arrayContaining([expect.objectContaining({ name: 'other' })]),
    });
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('leaves no file behind when %s ends it', async (signal) => {
    const pidFile = home().path('pid');
    const marker = home().path(`editing-${signal}`);
    const command = `vault edit work/db & echo $! >${pidFile}; wait $!; echo "status $?"`;
    const running = home().shell(command, { env: editor(`touch ${marker}; while [ -e "$1" ]; do sleep 0.05; done`) });
    await eventually(() => existsSync(marker), { what: 'the editor runs' });
    expect(leftovers(home())).toHaveLength(1);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    // Ctrl+C goes to the editor; what ends the command itself is the others.
    process.kill(pid, signal);
    if (signal === 'SIGINT') process.kill(pid, 'SIGTERM');
    expect((await running).stdout).toMatch(/status 1(29|43)/);
    expect(leftovers(home())).toEqual([]);
    await succeed(home(), ['status']);
  });

  it('gives Ctrl+C to the editor, and ends with 130 where that ends it', async () => {
    // A shell that is just about to start a program may forget a signal, but not its own trap.
    const dies = `trap 'trap - INT; kill -INT $$' INT; echo editing; while :; do sleep 0.1; done`;
    const terminal = home().shellTerminal('trap : INT; vault edit work/db; echo "status $?"', { env: editor(dies) });
    await terminal.waitFor('editing');
    terminal.press('ctrl-c');
    await terminal.waitFor('nothing was changed');
    await terminal.waitFor('status 130');
    expect(leftovers(home())).toEqual([]);
  });

  it('has all that is typed after the master password', async () => {
    await succeed(home(), ['lock']);
    const terminal = home().terminal(['edit', 'work/db'], { env: editor(`echo ready; read -r line; echo "$line" >>"$1"`) });
    await terminal.waitForPrompt('Master password:');
    terminal.answer(masterPassword);
    await terminal.waitFor('ready');
    terminal.answer('typed into the editor');
    await terminal.waitFor('changed work/db');
    expect(await json(home(), ['get', 'work/db'])).toMatchObject({ notes: expect.stringContaining('typed into the editor') });
  });

  it('has the terminal where stdin and stdout lead elsewhere', async () => {
    const terminal = home().shellTerminal('x=$(vault edit work/db </dev/null); echo "got <$x>"', {
      env: editor('[ -t 0 ] && [ -t 1 ] && echo "on a terminal"'),
    });
    await terminal.waitFor('on a terminal');
    await terminal.waitFor('got <>');
  });

  it('removes at the next edit what a kill without warning left behind', async () => {
    const pidFile = home().path('pid');
    const running = home().shell(`vault edit work/db & echo $! >${pidFile}; wait $!`, {
      env: editor(`touch ${home().path('editing2')}; while [ -e "$1" ]; do sleep 0.05; done`),
    });
    await eventually(() => existsSync(home().path('editing2')), { what: 'the editor runs' });
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    await eventually(() => leftovers(home()).length === 1, { what: 'the file is left' });
    expect(await edit('true')).toMatchObject({ code: 0 });
    expect(leftovers(home())).toEqual([]);
    await running;
  });
});
