import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { warnLeftOnDisk } from '../left-on-disk.ts';
import { count, escapeLine, localTime } from '../text.ts';

/** `vault trash list`. */
export async function listTrash(cli: Cli): Promise<void> {
  const { output } = cli;
  const trashed = await cli.client.call({ path: '/trash', method: '$get' });
  if (cli.globals.json) {
    output.json(trashed);
    return;
  }
  if (!output.terminal) {
    const lines = trashed.map(({ id, name, username, trashedAt, expiresAt }) => [name, username ?? '', trashedAt, expiresAt, id]);
    output.lines(lines.map((cells) => cells.map(escapeLine).join('\t')));
    return;
  }
  if (trashed.length === 0) {
    output.note('the trash is empty');
    return;
  }
  const { table } = await import('../table.ts');
  const rows = trashed.map(({ name, username, trashedAt, expiresAt }) =>
    [name, username ?? '', localTime(trashedAt), localTime(expiresAt)].map(escapeLine),
  );
  output.lines(table(['NAME', 'USERNAME', 'REMOVED', 'KEPT UNTIL'], rows, { columns: output.columns ?? 80, style: output.style }));
}

export interface EmptyTrashOptions {
  readonly yes?: boolean;
}

/** Asks whether to go on; true without asking where there is nothing to lose. */
async function isConfirmed(cli: Cli): Promise<boolean> {
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'emptying the trash has to be confirmed, and there is no terminal to ask on', {
      hint: '--yes confirms it',
    });
  }
  const { length } = await cli.client.call({ path: '/trash', method: '$get' });
  if (length === 0) return true;
  return prompts.confirm(`Delete ${count(length, 'removed entry', 'removed entries')} for good, with every earlier revision?`, false);
}

/** `vault trash empty`. */
export async function emptyTrash(cli: Cli, { yes = false }: EmptyTrashOptions): Promise<void> {
  if (!yes && !(await isConfirmed(cli))) throw new VaultError('cancelled', 'cancelled: nothing was deleted');
  const { removed, leftOnDisk } = await cli.client.call({ path: '/trash', method: '$delete' }, { timeoutSeconds: 600 });
  if (cli.globals.json) cli.output.json({ removed });
  warnLeftOnDisk(cli.output, leftOnDisk);
  cli.output.note(
    removed === 0 ? 'the trash is empty' : `${cli.output.noteStyle.green('deleted')} ${count(removed, 'entry', 'entries')} for good`,
  );
}
