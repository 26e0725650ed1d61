import { resolve } from 'node:path';
import type { BackupReport } from '../../core/api/backups.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { warnLeftOnDisk } from '../left-on-disk.ts';
import { localOnly } from '../local.ts';
import { bytesText, withElapsed } from '../progress.ts';
import { asVaultError } from '../report.ts';
import { count, escapeLine } from '../text.ts';
import { derivationSeconds, logIn } from '../unlock.ts';

export interface CopyOptions {
  readonly account?: string;
  readonly passwordStdin?: boolean;
}

export interface RestoreOptions extends CopyOptions {
  readonly yes?: boolean;
}

const reason = 'copies are made and read by the daemon of this machine';

/** A copy may hold very much, every byte of which is looked at. */
const patience = 4 * derivationSeconds;

const proving = 'looking at every byte of the copy';

/** `vault backup [DIR]`. */
export async function backup(cli: Cli, directory: string | undefined): Promise<void> {
  localOnly(cli, reason);
  const json = directory === undefined ? {} : { directory: resolve(directory) };
  const made = await cli.client.call({ path: '/backups', method: '$post', json }, { timeoutSeconds: patience });
  if (cli.globals.json) cli.output.json(made);
  else cli.output.lines([escapeLine(made.path)]);
  cli.output.note(
    `${cli.output.noteStyle.green('copied')} the vault (${bytesText(made.bytes)}); it opens with the present master password`,
  );
}

async function passwordOfCopy(cli: Cli, passwordStdin: boolean): Promise<string> {
  if (passwordStdin) return await cli.stdin.firstLine('--password-stdin');
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'no master password of the copy, and no terminal to ask on', { hint: 'give it with --password-stdin' });
  }
  return await prompts.secret('Master password of the copy:', {
    validate: (value) => (value === '' ? 'type the password that the vault had then' : true),
  });
}

function contentsText({ entries, trashed, revisions, attachments, newestChange }: BackupReport): string {
  const parts = [
    `${String(entries)} ${entries === 1 ? 'entry' : 'entries'}`,
    ...(trashed === 0 ? [] : [`${String(trashed)} in the trash`]),
    count(revisions, 'earlier revision'),
    ...(attachments === 0 ? [] : [count(attachments, 'attachment')]),
  ];
  return `${parts.join(', ')}${newestChange === null ? '' : `; last changed ${newestChange.slice(0, 10)}`}`;
}

/** Says what helps with a copy: hints otherwise are about the vault. */
function explained(error: unknown): unknown {
  if (!(error instanceof VaultError)) return error;
  const hints = {
    vault_corrupt: 'nothing was changed; try another copy, or move a vault.db that is damaged itself away first',
    incorrect_password: 'it is the master password that the vault had when the copy was made',
    user_exists: 'nothing was changed; move the vault away, or restore the copy into another VAULTD_HOME',
  };
  const { code } = error;
  if (code === 'vault_corrupt' || code === 'incorrect_password' || code === 'user_exists') {
    return new VaultError(code, error.message, {
      hint: hints[code],
      cause: error,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
  if (code !== 'user_not_found') return error;
  const accounts = error.details?.['accounts'];
  const names = Array.isArray(accounts) ? accounts.map(String).join(', ') : '';
  return new VaultError(error.code, error.message, { hint: `--account NAME chooses one of: ${names}`, cause: error });
}

/** `vault backup verify FILE`. */
export async function verify(cli: Cli, file: string, { account, passwordStdin = false }: CopyOptions): Promise<void> {
  localOnly(cli, reason);
  const password = await passwordOfCopy(cli, passwordStdin);
  const json = { path: resolve(file), password, ...(account === undefined ? {} : { account }) };
  try {
    const call = { path: '/backups/verify', method: '$post', json } as const;
    const report = await withElapsed(cli.output, proving, cli.client.ask(call, { start: true, timeoutSeconds: patience }));
    if (cli.globals.json) cli.output.json(report);
    cli.output.note(`${cli.output.noteStyle.green('sound')}: ${contentsText(report)}`);
  } catch (error) {
    throw explained(error);
  }
}

/** `vault backup restore FILE`. */
export async function restore(cli: Cli, file: string, options: RestoreOptions): Promise<void> {
  localOnly(cli, reason);
  const { account, passwordStdin = false, yes = false } = options;
  const { client, output } = cli;
  const prompts = yes ? null : await cli.prompts();
  if (!yes && prompts === null) {
    throw new VaultError('usage', 'restoring has to be confirmed, and there is no terminal to ask on', { hint: '--yes confirms it' });
  }
  const password = await passwordOfCopy(cli, passwordStdin);
  const json = { path: resolve(file), password, ...(account === undefined ? {} : { account }) };
  try {
    if (prompts !== null) {
      const call = { path: '/backups/verify', method: '$post', json } as const;
      const report = await withElapsed(output, proving, client.ask(call, { start: true, timeoutSeconds: patience }));
      output.note(`the copy is sound: ${contentsText(report)}`);
      if (!(await prompts.confirm('Replace the vault by this copy? What is there now is copied first', false))) {
        throw new VaultError('cancelled', 'cancelled: nothing was changed');
      }
    }
    const call = { path: '/backups/restore', method: '$post', json } as const;
    const restored = await withElapsed(output, 'going back to the copy', client.ask(call, { start: true, timeoutSeconds: patience }));
    if (cli.globals.json) output.json(restored);
    output.note(`${output.noteStyle.green('restored')} the vault of ${escapeLine(restored.account)}: ${contentsText(restored)}`);
    warnLeftOnDisk(output, restored.leftOnDisk);
    if (restored.before !== null) output.note(`what was there is in ${escapeLine(restored.before)}`);
    await openAgain(cli, restored.account, password);
  } catch (error) {
    throw explained(error);
  }
}

/** Its sessions have ended: the vault opens with the copy's master password now. */
async function openAgain(cli: Cli, account: string, password: string): Promise<void> {
  if (cli.client.tokenIsGiven) {
    cli.output.warn('VAULTD_TOKEN opens nothing any more: vault login opens the vault with the password of the copy');
    return;
  }
  try {
    await logIn(cli.client, { account, password, warn: cli.output.warn });
    cli.output.note('it is unlocked; vault list shows what it holds');
  } catch (error) {
    cli.output.warn(
      `the vault stays locked (${escapeLine(asVaultError(error).message)}): vault login opens it with the password of the copy`,
    );
  }
}
