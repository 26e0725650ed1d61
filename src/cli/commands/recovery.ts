import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { readTextFile } from '../read-file.ts';
import { type KitFile, openKitFile, showKit } from '../kit.ts';
import { warnLeftOnDisk } from '../left-on-disk.ts';
import { localOnly } from '../local.ts';
import { askNewMasterPassword } from '../new-vault.ts';
import type { Prompts } from '../prompts.ts';
import { asVaultError } from '../report.ts';
import { count, escapeLine } from '../text.ts';
import { askToLogIn, derivationSeconds, keepToken, statusOfVault } from '../unlock.ts';

export interface RecoveryKitOptions {
  readonly passwordStdin?: boolean;
}

export interface RecoverOptions {
  readonly kitFile?: string;
  readonly passwordStdin?: boolean;
  readonly recoveryKit?: string;
  readonly acceptOlder?: boolean;
}

/** Where a kit goes: a file, or somebody who reads it from the terminal. It must be there before the kit is: nobody can ask for one again. */
interface KitPlace {
  readonly file: KitFile | null;
  readonly prompts: Prompts | null;
}

async function kitPlace(cli: Cli, path: string | undefined, argument: string): Promise<KitPlace> {
  const prompts = await cli.prompts();
  if (path === undefined && prompts === null) {
    throw new VaultError('usage', 'the recovery kit is shown once, and there is no terminal to show it on', {
      hint: `${argument} writes it to a new file`,
    });
  }
  return { file: path === undefined ? null : openKitFile(path, argument), prompts };
}

/** Gets a kit by `request` and takes it to its place; what was made for it is taken back where there is none. */
async function withKit<T extends { readonly recoveryKit: string }>(
  cli: Cli,
  { file, prompts }: KitPlace,
  request: () => Promise<T>,
  then: (answer: T) => Promise<void>,
): Promise<void> {
  const forget = cli.signals.onEnd(() => file?.discard());
  let answer: T;
  try {
    answer = await request();
  } catch (error) {
    file?.discard();
    throw error;
  } finally {
    forget();
  }
  file?.write(answer.recoveryKit);
  try {
    await then(answer);
  } finally {
    // Whatever else became of it: this kit is the one that holds now.
    if (file === null && prompts !== null) await showKit(cli, prompts, answer.recoveryKit, true);
  }
}

/** `vault recovery-kit [FILE]`. */
export async function recoveryKit(cli: Cli, path: string | undefined, { passwordStdin = false }: RecoveryKitOptions): Promise<void> {
  const { client, output } = cli;
  const place = await kitPlace(cli, path, 'FILE');
  const request = async () => {
    let token: string | null = null;
    let password: string;
    if (passwordStdin) password = await cli.stdin.firstLine('--password-stdin');
    else if (place.prompts === null) {
      throw new VaultError('usage', 'no master password, and no terminal to ask on', { hint: 'give it with --password-stdin' });
    } else {
      ({ token, password } = await askToLogIn({ client, prompts: place.prompts, output, account: client.account }));
    }
    const call = { path: '/users/me/recovery-kit', method: '$post', json: { password } } as const;
    const options = { timeoutSeconds: derivationSeconds };
    return await (token === null ? client.call(call, options) : client.ask(call, { ...options, token }));
  };
  await withKit(cli, place, request, ({ leftOnDisk }) => {
    warnLeftOnDisk(output, leftOnDisk);
    return Promise.resolve();
  });
  const where = path === undefined ? '' : ` in ${escapeLine(path)}`;
  output.note(`${output.noteStyle.green('made')} a recovery kit${where}; an earlier one opens nothing any more`);
}

async function kitText(prompts: Prompts | null, file: string | undefined): Promise<string> {
  if (file !== undefined) return (await readTextFile(file)).trim();
  if (prompts === null) throw new VaultError('usage', 'no recovery kit, and no terminal to ask on', { hint: 'give it with --kit-file' });
  return await prompts.secret('Recovery kit:', { reveal: true, validate: (value) => (value.trim() === '' ? 'type the kit' : true) });
}

/** `vault recover`. */
export async function recover(cli: Cli, options: RecoverOptions): Promise<void> {
  localOnly(cli, 'a vault is recovered on the machine of its daemon');
  const { client, output } = cli;
  const { kitFile, passwordStdin = false, acceptOlder = false } = options;
  const status = () => statusOfVault(client);
  const prompts = kitFile !== undefined && passwordStdin ? null : await cli.prompts();
  await (prompts === null ? status() : prompts.before(status));
  const place = await kitPlace(cli, options.recoveryKit, '--recovery-kit');
  const request = async () => {
    const recoveryKit = await kitText(place.prompts, kitFile);
    const newPassword = await newPasswordOf(cli, place.prompts, passwordStdin);
    const json = { recoveryKit, newPassword, ...(acceptOlder ? { acceptOlder } : {}) };
    return await client.ask({ path: '/recover', method: '$post', json }, { start: true, timeoutSeconds: derivationSeconds });
  };
  await withKit(cli, place, request, async ({ account, token, sessionsEnded, copies, leftOnDisk }) => {
    const others = sessionsEnded === 0 ? '' : `; ${count(sessionsEnded, 'session')} ended`;
    if (cli.globals.json) output.json({ account, sessionsEnded, copies });
    output.note(`${output.noteStyle.green('set')} a new master password${others}; the recovery kit that was used opens nothing any more`);
    warnLeftOnDisk(output, leftOnDisk);
    for (const copy of copies) output.warn(`this older copy still opens with the old password: ${escapeLine(copy)}`);
    try {
      await keepToken(client, token, account);
    } catch (error) {
      // The new password holds: a failure here must not look as if it did not.
      output.warn(`the vault stays locked (${escapeLine(asVaultError(error).message)}): vault login opens it with the new password`);
    }
  });
  if (options.recoveryKit !== undefined) output.note(`the next recovery kit is in ${escapeLine(options.recoveryKit)}`);
}

async function newPasswordOf(cli: Cli, prompts: Prompts | null, passwordStdin: boolean): Promise<string> {
  if (passwordStdin) return await cli.stdin.firstLine('--password-stdin');
  if (prompts === null) {
    throw new VaultError('usage', 'no new master password, and no terminal to ask on', { hint: 'give it with --password-stdin' });
  }
  return await askNewMasterPassword(cli, prompts, 'New master password:');
}
