import type { CreateEntryRequest } from '../../core/api/passwords.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { createVaultIfNone } from '../first-vault.ts';
import { withSiteRules } from '../generator-options.ts';
import { checkName, refusePasswordInUrl } from '../names.ts';
import type { Prompts } from '../prompts.ts';
import { readSetters, type SetterOptions, type Setters } from '../setters.ts';
import { entryTitle, escapeLine } from '../text.ts';
import { askTotp } from '../totp-input.ts';

export type AddOptions = SetterOptions;

/** Refuses a second entry of one name and username before anybody types a password. */
async function checkFree(cli: Cli, name: string, username: string | null): Promise<void> {
  const query = { exact: 'true', username: username ?? '' } as const;
  try {
    await cli.client.call({ path: '/passwords/:website', method: '$get', param: { website: name }, query });
  } catch (error) {
    if (error instanceof VaultError && error.code === 'entry_not_found') return;
    if (!(error instanceof VaultError) || error.code !== 'entry_ambiguous') throw error;
  }
  throw new VaultError('entry_exists', 'there is an entry with this name and username already');
}

type Secret = Pick<CreateEntryRequest, 'password' | 'generate'>;

/** Asks for the password; where none is typed, one is generated, unless there is something else to keep. */
async function askPassword(prompts: Prompts, optional: boolean): Promise<Secret> {
  const otherwise = optional ? 'none' : 'a generated one';
  const password = await prompts.secret(`Password (empty for ${otherwise}):`, { reveal: true });
  if (password !== '') return { password };
  return optional ? {} : { generate: {} };
}

function keepsSomething({ notes, totp, fields }: Setters, asksForTotp: boolean): boolean {
  return notes !== undefined || totp !== undefined || asksForTotp || fields.length > 0;
}

async function askForTheRest(
  cli: Cli,
  name: string,
  { user, totp = false }: AddOptions,
  setters: Setters,
): Promise<Secret & { username: string | null }> {
  const prompts = await cli.prompts();
  const optional = keepsSomething(setters, totp);
  if (prompts === null) {
    if (optional) return { username: orNull(user) };
    throw new VaultError('usage', 'no password, and no terminal to ask on', {
      hint: '-g generates one, --password-stdin takes it from standard input',
    });
  }
  await cli.client.ensureOpen();
  const username = orNull(user ?? (await prompts.text('Username (empty for none):')));
  await checkFree(cli, name, username);
  return { username, ...(await askPassword(prompts, optional)) };
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** Without a NAME all that a QR code holds is stored, under the names that it gives. */
async function addFromQr(cli: Cli, { totpQr, tag, ...others }: AddOptions): Promise<void> {
  if (totpQr === undefined) throw new VaultError('usage', 'missing required argument NAME', { hint: 'vault add --help' });
  const given: readonly unknown[] = [others.user, others.url, others.generate, others.passwordStdin, others.notes, others.field];
  if (given.some((option) => option !== undefined)) {
    throw new VaultError('usage', '--totp-qr without a NAME takes names and usernames from the QR code: only -t goes with it');
  }
  const { readCodes } = await import('../totp-qr.ts');
  const accounts = await readCodes(cli, totpQr);
  await createVaultIfNone(cli, 'stores the entries');
  await (await import('../add-accounts.ts')).addAccounts(cli, accounts, tag);
}

/** `vault add NAME`. */
export async function add(cli: Cli, name: string | undefined, options: AddOptions): Promise<void> {
  if (name === undefined) return addFromQr(cli, options);
  checkName(name);
  refusePasswordInUrl(name);
  const setters = await readSetters(cli, options);
  const isFirst = await createVaultIfNone(cli, 'stores the entry');
  const { password, generate, urls, notes, fields, tags } = setters;
  const asked =
    password === undefined && generate === undefined
      ? await askForTheRest(cli, name, options, setters)
      : { username: orNull(options.user) };
  const totp = options.totp === true ? await askTotp(cli) : setters.totp;
  const secret: Secret = { ...(generate === undefined ? {} : { generate }), ...asked };
  const json: CreateEntryRequest = {
    name,
    ...(password === undefined ? {} : { password }),
    ...asked,
    ...(secret.generate === undefined
      ? {}
      : { generate: await withSiteRules(cli, secret.generate, options.rules, [...(urls ?? []), name]) }),
    ...(urls === undefined ? {} : { urls }),
    ...(notes === undefined || notes === '' ? {} : { notes }),
    ...(totp === undefined ? {} : { totp }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(tags === undefined ? {} : { tags }),
  };
  const added = await cli.client.call({ path: '/passwords', method: '$post', json });
  if (cli.globals.json) cli.output.json(added);
  const how = json.generate === undefined ? '' : ' with a generated password';
  cli.output.note(`${cli.output.noteStyle.green('added')} ${entryTitle(added)}${how}`);
  if (isFirst) cli.output.note(cli.output.noteStyle.dim(`vault get ${escapeLine(added.name)} -c copies its password`));
}
