import type { Entry } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { asksForSomething, type GeneratorFlags, generatorRequest } from '../generator-flags.ts';
import { withSiteRules } from '../generator-options.ts';
import { entryTitle, localTime } from '../text.ts';

export interface RotateOptions extends GeneratorFlags {
  readonly user?: string;
  /** `-g`: true or empty text without a LENGTH. */
  readonly generate?: string | true;
  readonly clip?: boolean;
  readonly commit?: boolean;
  readonly abort?: boolean;
}

function checkOptions({ clip = false, commit = false, abort = false, ...options }: RotateOptions, json: boolean): void {
  if (json && clip) throw new VaultError('usage', '--json and -c exclude each other');
  if (commit && abort) throw new VaultError('usage', '--commit and --abort exclude each other');
  const makes = options.generate !== undefined || options.rules !== undefined || asksForSomething(generatorRequest(undefined, options));
  if ((commit || abort) && (makes || clip)) {
    throw new VaultError('usage', `${commit ? '--commit' : '--abort'} makes no password: give it alone`);
  }
}

/** Puts the pending password in force, or gives it up. */
async function settle(cli: Cli, entry: Entry, how: 'commit' | 'abort'): Promise<void> {
  const { client, output } = cli;
  const options = { ifMatch: entry.revision };
  const param = { id: entry.id };
  try {
    const settled =
      how === 'commit'
        ? await client.call({ path: '/rotations/:id/commit', method: '$post', param }, options)
        : await client.call({ path: '/rotations/:id', method: '$delete', param }, options);
    if (cli.globals.json) output.json(settled);
    const said = how === 'commit' ? 'committed the new password of' : 'gave up the new password of';
    output.note(`${output.noteStyle.green(said)} ${entryTitle(settled)}`);
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'field_not_found') throw error;
    throw new VaultError(error.code, 'no new password is pending for this entry', { hint: 'vault rotate NAME makes one', cause: error });
  }
}

/** The pending password: a new one where none is. */
async function pendingPassword(cli: Cli, entry: Entry, options: RotateOptions) {
  const { generate, rules } = options;
  const request = generatorRequest(generate === true || generate === '' ? undefined : generate, options, 'LENGTH after -g');
  const param = { id: entry.id };
  const { pending } = await cli.client.call({ path: '/rotations/:id', method: '$get', param });
  if (pending === null) {
    const obeying = await withSiteRules(cli, request, rules, [...entry.urls, entry.name]);
    const json = asksForSomething(obeying) ? { generate: obeying } : {};
    return cli.client.call({ path: '/rotations/:id', method: '$post', param, json });
  }
  if (generate !== undefined || rules !== undefined || asksForSomething(request)) {
    throw new VaultError('rotation_pending', 'a new password is pending for this entry already', {
      hint: 'vault rotate NAME shows it, --commit puts it in force, and --abort makes room for another',
    });
  }
  const { id, name, username, revision } = entry;
  return { id, name, username, revision, ...pending, created: false };
}

/** `vault rotate NAME`. */
export async function rotate(cli: Cli, name: string, options: RotateOptions): Promise<void> {
  checkOptions(options, cli.globals.json);
  const entry = await findEntry(cli, { name, user: options.user, exact: true });
  if (options.commit === true || options.abort === true) return settle(cli, entry, options.commit === true ? 'commit' : 'abort');
  const { created, ...made } = await pendingPassword(cli, entry, options);
  const { output } = cli;
  let copied = '';
  if (cli.globals.json) output.json(made);
  else if (options.clip === true) {
    const { copyToClipboard } = await import('../clipboard.ts');
    copied = `; copied${await copyToClipboard(cli, made.password)}`;
  } else output.value(made.password);
  const since = created ? 'made a new password for' : `pending since ${localTime(made.createdAt)}: the new password of`;
  output.note(`${output.noteStyle.green(since)} ${entryTitle(made)}${copied}`);
  if (created) output.note(output.noteStyle.dim('the old one stays in force until --commit; --abort gives the new one up'));
}
