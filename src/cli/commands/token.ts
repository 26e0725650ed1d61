import { VaultError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Success } from '../api.ts';
import type { Cli } from '../cli.ts';
import { secondsOf } from '../duration.ts';
import { checkLength, checkName, refusePasswordInUrl } from '../names.ts';
import { count, entryTitle, escapeLine } from '../text.ts';

export interface CreateTokenOptions {
  readonly entry?: readonly string[];
  readonly tag?: string;
  readonly field?: string;
  readonly ttl?: string;
  readonly uses?: string;
  readonly surviveLock?: boolean;
}

type Token = Success<'/tokens', '$get'>[number];

function usesOf(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= limits.tokenUses) return Number(text);
  throw new VaultError('usage', `--uses must be a whole number from 1 to ${String(limits.tokenUses)}`);
}

/** Which of several entries is meant: here `-u` does not say it. */
function explain(error: unknown): never {
  if (!(error instanceof VaultError) || error.code !== 'entry_ambiguous') throw error;
  const { code, message, details = {} } = error;
  throw new VaultError(code, message, { details, hint: '--entry ID, in place of the name, chooses one', cause: error });
}

function lifetimeOf(text: string): number {
  const seconds = secondsOf(text, '--ttl');
  if (seconds <= limits.tokenDays * 86_400) return seconds;
  throw new VaultError('usage', `--ttl must be at most ${String(limits.tokenDays)}d`);
}

/** `vault token create`: the token alone on stdout. */
export async function create(cli: Cli, options: CreateTokenOptions): Promise<void> {
  const { entry: entries = [], tag, field, ttl, uses, surviveLock = false } = options;
  if (entries.length === 0 && tag === undefined) {
    throw new VaultError('usage', 'a token is for some entries', { hint: '--entry NAME or --tag TAG says which' });
  }
  if (surviveLock && ttl === undefined) {
    throw new VaultError('usage', '--survive-lock wants an end', { hint: '--ttl says how long it lasts, for example --ttl 7d' });
  }
  for (const name of entries) {
    checkName(name, '--entry');
    refusePasswordInUrl(name);
  }
  checkLength(tag ?? '', '--tag');
  checkLength(field ?? '', '--field');
  const json = {
    ...(entries.length === 0 ? {} : { entries: [...entries] }),
    ...(tag === undefined ? {} : { tag }),
    ...(field === undefined ? {} : { field }),
    ...(ttl === undefined ? {} : { ttlSeconds: lifetimeOf(ttl) }),
    ...(uses === undefined ? {} : { uses: usesOf(uses) }),
    ...(surviveLock ? { surviveLock } : {}),
  };
  const made = await cli.client.call({ path: '/tokens', method: '$post', json }).catch(explain);
  if (cli.globals.json) cli.output.json(made);
  else cli.output.value(made.token);
  const [only, ...others] = made.entries;
  const what = only !== undefined && others.length === 0 ? entryTitle(only) : `${String(made.entries.length)} entries`;
  const locked = surviveLock ? '' : 'until the vault is locked';
  const until =
    made.expiresAt === null ? locked : `until ${made.expiresAt}${surviveLock ? '' : ' at most, and no longer than the vault is unlocked'}`;
  cli.output.note(`${cli.output.noteStyle.green('made')} a token for ${what}, ${until}; vault token revoke ${made.id} ends it`);
}

function cells({ id, entries, field, expiresAt, uses, usesLeft, survivesLock }: Token): string[] {
  const names = entries.map(entryTitle).join(', ');
  const left = usesLeft === null ? '' : `${String(usesLeft)} of ${String(uses)}`;
  return [id, names, escapeLine(field ?? ''), left, expiresAt ?? '', survivesLock ? 'yes' : ''];
}

/** `vault token list`. */
export async function list(cli: Cli): Promise<void> {
  const { output } = cli;
  const tokens = await cli.client.call({ path: '/tokens', method: '$get' });
  if (cli.globals.json) output.json(tokens);
  else if (!output.terminal) output.lines(tokens.map((token) => cells(token).join('\t')));
  else if (tokens.length === 0) output.note('there are no tokens: vault token create makes one');
  else {
    const { table } = await import('../table.ts');
    const heads = ['ID', 'ENTRIES', 'FIELD', 'USES', 'UNTIL', 'SURVIVES LOCK'];
    output.lines(table(heads, tokens.map(cells), { columns: output.columns ?? 80, style: output.style }));
  }
}

export interface RevokeOptions {
  readonly all?: boolean;
}

async function revokeOne(cli: Cli, id: string): Promise<{ revoked: number }> {
  try {
    return await cli.client.call({ path: '/tokens/:id', method: '$delete', param: { id } });
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'entry_not_found') throw error;
    throw new VaultError(error.code, error.message, { hint: 'vault token list shows their ids', cause: error });
  }
}

/** `vault token revoke`. */
export async function revoke(cli: Cli, id: string | undefined, { all = false }: RevokeOptions): Promise<void> {
  if ((id === undefined) !== all) {
    throw new VaultError('usage', 'give the id of a token, or --all', { hint: 'vault token list shows their ids' });
  }
  checkName(id ?? 'all', 'ID');
  const { revoked } = await (id === undefined ? cli.client.call({ path: '/tokens', method: '$delete' }) : revokeOne(cli, id));
  if (cli.globals.json) cli.output.json({ revoked });
  cli.output.note(revoked === 0 ? 'there was no token to revoke' : `${cli.output.noteStyle.green('revoked')} ${count(revoked, 'token')}`);
}
