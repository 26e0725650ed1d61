import type { OtpAccount } from '../core/authenticator/account.ts';
import type { CreateEntryRequest } from '../core/api/passwords.ts';
import type { EntryReference } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { entryTitle, count } from './text.ts';

/** What became of one account; null where its entry has another secret, which nobody asked to replace. */
type Outcome = { readonly done: 'added' | 'completed' | 'there'; readonly entry: EntryReference } | null;

/** Gives the entry that has this name and username the secret, if it has none. */
async function complete(cli: Cli, name: string, username: string | null, totp: string): Promise<Outcome> {
  const entry = await cli.client.call({
    path: '/passwords/:website',
    method: '$get',
    param: { website: name },
    query: { username: username ?? '', exact: 'true' },
  });
  if (entry.totp !== null) return entry.totp === totp ? { done: 'there', entry } : null;
  const changed = await cli.client.call(
    { path: '/passwords/:website', method: '$patch', param: { website: entry.id }, json: { totp } },
    { ifMatch: entry.revision },
  );
  return { done: 'completed', entry: changed };
}

async function addAccount(
  cli: Cli,
  request: CreateEntryRequest & { name: string; username: string | null; totp: string },
): Promise<Outcome> {
  try {
    return { done: 'added', entry: await cli.client.call({ path: '/passwords', method: '$post', json: request }) };
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'entry_exists') throw error;
    return complete(cli, request.name, request.username, request.totp);
  }
}

const said = { added: 'added', completed: 'added its TOTP secret to', there: 'nothing new in' } as const;

/**
 * Stores every account of an authenticator app: one whose name and username are there already adds its secret to that entry, and
 * leaves alone one that has another secret. Doing it twice changes nothing.
 */
export async function addAccounts(cli: Cli, accounts: readonly OtpAccount[], tags: readonly string[] | undefined): Promise<void> {
  const { output } = cli;
  const stored: EntryReference[] = [];
  let refused = 0;
  for (const [at, { issuer, account, totp }] of accounts.entries()) {
    const name = issuer ?? account ?? `account ${String(at + 1)}`;
    const username = issuer === null ? null : account;
    const outcome = await addAccount(cli, { name, username, totp, ...(tags === undefined ? {} : { tags: [...tags] }) });
    if (outcome === null) {
      refused += 1;
      output.warn(`left alone ${entryTitle({ name, username })}: it has another TOTP secret`);
      continue;
    }
    stored.push({ id: outcome.entry.id, name: outcome.entry.name, username: outcome.entry.username, revision: outcome.entry.revision });
    output.note(`${output.noteStyle.green(said[outcome.done])} ${entryTitle(outcome.entry)}`);
  }
  if (cli.globals.json) output.json(stored);
  if (refused === 0) return;
  throw new VaultError('entry_exists', `${count(refused, 'account')} of the QR code left alone`, {
    hint: 'vault edit NAME --totp-qr FILE replaces the secret that an entry has',
  });
}
