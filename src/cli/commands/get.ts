import type { RotationResponse } from '../../core/api/revisions.ts';
import type { Entry } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { fieldValue } from '../fields.ts';
import { findEntry } from '../find-entry.ts';
import { entryTitle } from '../text.ts';

export interface GetOptions {
  readonly user?: string;
  readonly field?: string;
  readonly clip?: boolean;
  readonly seq?: string;
  readonly all?: boolean;
  readonly reveal?: boolean;
  /** The password before the newest one. */
  readonly previous?: boolean;
}

function checkOptions({ field, clip = false, seq, all = false, reveal = false, previous = false }: GetOptions, json: boolean): void {
  const refuse = (message: string) => new VaultError('usage', message);
  if (reveal && !all) throw refuse('--reveal goes with --all');
  if (all && field !== undefined) throw refuse('--all and -f exclude each other');
  if (all && clip) throw refuse('--all and -c exclude each other');
  if (previous && (all || field !== undefined)) throw refuse('--previous is a password: leave out --all and -f');
  if (json && previous) throw refuse('--json gives the whole entry: vault history --show --json has every password');
  if (seq !== undefined && !clip) throw refuse('--seq goes with -c');
  if (seq !== undefined && (field !== undefined || previous)) throw refuse('--seq names its fields itself: leave out -f and --previous');
  if (json && clip) throw refuse('--json gives the whole entry: leave out -c');
}

async function copy(cli: Cli, entry: Entry, what: string, value: string): Promise<void> {
  const { copyToClipboard } = await import('../clipboard.ts');
  const cleared = await copyToClipboard(cli, value);
  cli.output.note(`copied the ${what} of ${entryTitle(entry)}${cleared}`);
}

function rotationOf(cli: Cli, { id }: Entry): Promise<RotationResponse> {
  return cli.client.call({ path: '/rotations/:id', method: '$get', param: { id } });
}

async function previousPassword(cli: Cli, entry: Entry): Promise<string> {
  const { previous } = await rotationOf(cli, entry);
  if (previous !== null) return previous;
  throw new VaultError('field_not_found', 'the entry has no earlier password', { hint: 'vault history NAME shows what it was' });
}

/** `vault get NAME`. */
export async function get(cli: Cli, name: string, options: GetOptions): Promise<void> {
  checkOptions(options, cli.globals.json);
  const what = options.field ?? 'password';
  const isWhole = cli.globals.json || options.all === true || options.seq !== undefined;
  const entry = await findEntry(cli, { name, user: options.user, exact: false, field: isWhole ? options.field : what });
  if (cli.globals.json) {
    if (options.field !== undefined) await fieldValue(entry, options.field, Date.now());
    cli.output.json(entry);
    return;
  }
  if (options.all === true) {
    const { entryLines } = await import('../show-entry.ts');
    const attachments = await cli.client.call({ path: '/attachments', method: '$get', query: { entry: entry.id } });
    const { pending } = await rotationOf(cli, entry);
    cli.output.lines(
      await entryLines(
        { ...entry, attachments, pending: pending?.password ?? null },
        { reveal: options.reveal === true, style: cli.output.style, terminal: cli.output.terminal },
      ),
    );
    return;
  }
  if (options.seq !== undefined) {
    const { copySequence } = await import('../clipboard/sequence.ts');
    await copySequence(cli, entry, options.seq);
    return;
  }
  const value = options.previous === true ? await previousPassword(cli, entry) : await fieldValue(entry, what, Date.now());
  if (options.clip === true) await copy(cli, entry, options.previous === true ? 'previous password' : what, value);
  else cli.output.value(value);
}
