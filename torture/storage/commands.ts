import { z } from 'zod';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { vault } from '../support/vault-command.ts';

const atOnce = 8;
const listed = z.array(z.object({ name: z.string(), username: z.string().nullable(), revision: z.number() }));
/** exit status of `revision_conflict`. */
const conflict = 6;

export const commands: Trial = {
  name: 'commands',
  what: '8 command lines at once, each adding and editing entries of its own; then all of them editing one and the same entry',
  passes: 'no lost update, no error but `revision_conflict`',
  run: async (run) => {
    const home = new DaemonHome(run);
    await home.start();
    await home.create();
    const succeed = async (args: readonly string[], input?: string) => {
      const { code, stderr, stdout } = await vault(home.directory, args, input === undefined ? {} : { input });
      run.check(code === 0, `vault ${args[0] ?? ''} ended with ${String(code)}: ${stderr}`);
      return stdout;
    };
    await succeed(['login', '--password-stdin'], `${masterPassword}\n`);
    const list = async () => listed.parse(JSON.parse(await succeed(['list', '--json'])));

    await succeed(['add', 'shared', '-u', 'nobody', '--password-stdin'], 'p');
    let succeeded = 0;
    let left = run.count(1000, 16);
    const last = new Set<string>();
    const quarrel = async (number: number) => {
      while (left-- > 0 && run.hasTime()) {
        const username = `${String(number)}-${String(left)}`;
        const { code, stderr } = await vault(home.directory, ['edit', 'shared', '--username', username]);
        run.tried('edits of one entry');
        if (code === 0) {
          succeeded += 1;
          last.add(username);
        } else run.check(code === conflict && stderr.includes('changed meanwhile'), `an edit ended with ${String(code)}: ${stderr}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, number) => quarrel(number)));
    const shared = (await list()).find(({ name }) => name === 'shared');
    run.measured('edits of one entry that came through', `${String(succeeded)}, the others were told of the conflict`);
    run.check(
      shared?.revision === succeeded + 1,
      `${String(succeeded)} edits came through, and the revision is ${String(shared?.revision)}`,
    );
    run.check(last.has(shared?.username ?? ''), 'the entry holds what nobody wrote');

    const rounds = run.count(500, 1);
    const own = async (number: number) => {
      for (let round = 0; round < rounds && run.hasTime(); round++) {
        const name = `c${String(number)}-${String(round)}`;
        await succeed(['add', name, '-u', 'first', '--password-stdin'], 'p');
        await succeed(['edit', name, '--username', 'second']);
        run.tried('writes', 2);
        written += 1;
      }
    };
    let written = 0;
    await Promise.all(Array.from({ length: atOnce }, (_, number) => own(number)));
    const entries = (await list()).filter(({ name }) => name !== 'shared');
    run.check(entries.length === written, `${String(written)} entries were added, ${String(entries.length)} are there`);
    run.check(
      entries.every(({ username, revision }) => username === 'second' && revision === 2),
      'an edit was lost',
    );
  },
};
