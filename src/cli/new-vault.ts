import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import type { CreateUserResponse } from '../core/api.ts';
import { VaultError } from '../core/errors.ts';
import { defaultAccount } from '../core/limits.ts';
import { masterPasswordAdvice } from './advice.ts';
import type { Cli } from './cli.ts';
import type { Prompts } from './prompts.ts';
import { derivationSeconds, keepToken, type Status } from './unlock.ts';
import type { Style } from './style.ts';
import { escapeLine } from './text.ts';

/** Asks for a new master password twice, with advice in between. */
export async function askNewMasterPassword(cli: Cli, prompts: Prompts, message: string): Promise<string> {
  for (;;) {
    const password = await prompts.secret(message, { validate: (value) => (value === '' ? 'it must not be empty' : true) });
    const advice = masterPasswordAdvice(password);
    if (advice !== null) cli.output.warn(cli.output.noteStyle.yellow(`  ${advice}`));
    if ((await prompts.secret('Once more, to be sure:')) === password) return password;
    cli.output.warn(cli.output.noteStyle.red('  these two differ, try again'));
  }
}

/** More than a recovery kit's text takes. */
const kitRoom = 512;

/** A file for the recovery kit, made before there is a vault, and with the room for it: a kit that cannot be written is lost. */
interface KitFile {
  write(kit: string): void;
  discard(): void;
}

function openKitFile(path: string): KitFile {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new VaultError('file_exists', `${path} is there already`, {
        hint: 'give --recovery-kit a file that does not exist yet',
        cause,
      });
    }
    throw new VaultError('usage', `cannot write the recovery kit to ${path}`, {
      hint: 'give --recovery-kit a file in a directory of your own',
      cause,
    });
  }
  const discard = () => {
    closeSync(file);
    rmSync(path, { force: true });
  };
  try {
    writeSync(file, ' '.repeat(kitRoom));
    fsyncSync(file);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    write: (kit) => {
      ftruncateSync(file, writeSync(file, `${kit}\n`, 0));
      fsyncSync(file);
      closeSync(file);
    },
    discard,
  };
}

/** Takes the kit to somebody who reads it from the screen, where it does not stay. */
async function showKit(cli: Cli, prompts: Prompts, kit: string, wait: boolean): Promise<void> {
  const { bold, dim } = cli.output.noteStyle;
  const words = kit.split('-');
  const lines = Array.from({ length: Math.ceil(words.length / 6) }, (_, i) => `    ${words.slice(i * 6, i * 6 + 6).join('-')}`);
  const text = [
    '',
    bold('  Your recovery kit'),
    '',
    ...lines,
    '',
    '  It opens this vault if you forget the master password, and is shown only now.',
    '  Write it down, or print it, and keep it where you keep your passport.',
    dim('  Dashes, spaces and upper or lower case do not matter.'),
    '',
  ].join('\n');
  // The alternate screen leaves nothing behind in the terminal's scrollback.
  const alternate = wait && cli.env['TERM'] !== 'dumb';
  const leave = '\u001b[?1049l';
  const forget = alternate
    ? cli.signals.onEnd(() => {
        prompts.write(leave);
      })
    : () => undefined;
  prompts.write(`${alternate ? '\u001b[?1049h\u001b[H' : ''}${text}\n`);
  try {
    while (wait && !(await prompts.confirm('Have you written it down?', false)));
  } finally {
    if (alternate) prompts.write(leave);
    forget();
  }
}

export interface NewVaultOptions {
  readonly account: string | null;
  /** Given on stdin; null to ask for it. */
  readonly password: string | null;
  readonly kitFile: string | null;
}

/** `user_exists` where the account is there: said before a password is asked for. */
function checkFree(account: string, { accounts = [] }: Status): void {
  if (accounts.includes(account)) {
    throw new VaultError('user_exists', `there is a vault already${account === defaultAccount ? '' : ` for the account ${account}`}`);
  }
}

/**
 * Creates a vault, keeps the token of its first session and gives it. The recovery kit goes to a file, or is shown on the
 * terminal; where there is neither none is made: scripts keep logs.
 */
export async function createVault(cli: Cli, { account: wanted, password: given, kitFile: kitPath }: NewVaultOptions): Promise<string> {
  const { client } = cli;
  const prompts = await cli.prompts();
  if (given === null && prompts === null) {
    throw new VaultError('usage', 'no master password, and no terminal to ask on', { hint: 'give it with --password-stdin' });
  }
  const account = wanted ?? client.accountFromEnvironment ?? defaultAccount;
  checkFree(account, await client.ask({ path: '/status', method: '$get' }, { start: true }));
  const kitFile = kitPath === null ? null : openKitFile(kitPath);
  let created: CreateUserResponse;
  let asked = false;
  try {
    const password = given ?? (prompts === null ? '' : await askNewMasterPassword(cli, prompts, 'Choose a master password:'));
    asked =
      kitFile === null &&
      prompts !== null &&
      (given !== null || (await prompts.confirm('Make a recovery kit, in case you forget it?', true)));
    if (prompts !== null) cli.output.note(cli.output.noteStyle.dim('creating the vault …'));
    const json = { account, password, recoveryKit: asked || kitFile !== null, askpass: client.askpass };
    created = await client.ask({ path: '/users', method: '$post', json }, { start: true, timeoutSeconds: derivationSeconds });
  } catch (error) {
    kitFile?.discard();
    throw error;
  }
  if (created.recoveryKit !== undefined) kitFile?.write(created.recoveryKit);
  try {
    return await keepToken(client, created.token, account);
  } finally {
    // Whatever became of the token: nobody can ask for this kit again.
    if (created.recoveryKit !== undefined && asked && prompts !== null) await showKit(cli, prompts, created.recoveryKit, given === null);
  }
}

/** What to say once a vault is there. */
export function createdNote(account: string, style: Style): string {
  return `${style.green('created')} the vault${account === defaultAccount ? '' : ` of ${escapeLine(account)}`}: it is unlocked`;
}
