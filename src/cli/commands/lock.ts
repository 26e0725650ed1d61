import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { clearAtOnce } from '../clipboard/marker.ts';
import { stopDaemon } from '../daemon-process.ts';
import { count } from '../text.ts';
import { NoDaemonError } from '../transport.ts';

export interface LockOptions {
  readonly all?: boolean;
}

interface Outcome {
  readonly ended: number;
  /** Sessions that the account still has; null where nobody can say. */
  readonly others: number | null;
}

const nothing: Outcome = { ended: 0, others: 0 };

/** Ends sessions by the token at hand. Null where it opens nothing. */
async function endSessions(cli: Cli, all: boolean): Promise<Outcome | null> {
  const token = cli.client.token();
  if (token === null) return null;
  try {
    return await cli.client.ask({ path: '/lock', method: '$post', json: { all } }, { token });
  } catch (error) {
    if (error instanceof VaultError && error.code === 'unauthenticated') return null;
    throw error;
  }
}

async function lockNow(cli: Cli, all: boolean): Promise<Outcome> {
  try {
    const outcome = await endSessions(cli, all);
    if (outcome !== null) return outcome;
    // Who cannot show a token can still make sure that no process knows anything.
    if (all && cli.client.link.local) return { ...nothing, ended: (await stopDaemon(cli.paths)) ? 1 : 0 };
    return { ...nothing, others: null };
  } catch (error) {
    if (error instanceof NoDaemonError) return nothing;
    throw error;
  }
}

/** `vault lock`. Needs neither configuration nor terminal. A value on the clipboard goes with it, unless it is one that stays. */
export async function lock(cli: Cli, { all = false }: LockOptions): Promise<void> {
  const { ended, others } = await lockNow(cli, all);
  if (!cli.client.tokenIsGiven) cli.client.link.tokens.remove(cli.client.account);
  clearAtOnce(cli.paths.runtimeDir);
  if (cli.globals.json) cli.output.json({ ended, others });
  const left =
    others === null || others === 0
      ? ''
      : `; ${count(others, 'other session')} of this account ${others === 1 ? 'stays' : 'stay'} open: vault lock --all ends ${others === 1 ? 'it' : 'them'}`;
  cli.output.note(ended === 0 ? `it was locked already${left}` : `${cli.output.noteStyle.green('locked')}${left}`);
}
