import { setTimeout } from 'node:timers/promises';
import { VaultError } from '../../core/errors.ts';
import { type TotpCode, totpCode } from '../../core/totp.ts';
import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { count, entryTitle } from '../text.ts';

export interface TotpOptions {
  readonly user?: string;
  readonly clip?: boolean;
  /** Seconds that the code is to be valid for, at least. */
  readonly minValidity?: string;
}

/** The code in force, or the next one where the present one ends too soon. */
async function codeWithValidity(cli: Cli, uri: string, seconds: number): Promise<TotpCode> {
  for (;;) {
    const now = Date.now();
    const current = totpCode(uri, now);
    if (seconds > current.period) {
      throw new VaultError('usage', `a code of this entry is valid for ${count(current.period, 'second')} at most`);
    }
    if (current.remainingSeconds >= seconds) return current;
    cli.output.note(`the present code ends in ${count(current.remainingSeconds, 'second')}: waiting for the next one`);
    await setTimeout(current.remainingSeconds * 1000 - (now % 1000));
  }
}

/** `vault totp NAME`. */
export async function totp(cli: Cli, name: string, { user, clip = false, minValidity = '0' }: TotpOptions): Promise<void> {
  if (cli.globals.json && clip) throw new VaultError('usage', '--json and -c exclude each other');
  if (!/^\d{1,6}$/.test(minValidity)) throw new VaultError('usage', '--min-validity must be a whole number of seconds');
  const entry = await findEntry(cli, { name, user, exact: false, field: 'code' });
  if (entry.totp === null) {
    throw new VaultError('field_not_found', 'the entry has no TOTP secret', { hint: 'vault edit NAME --totp stores one' });
  }
  const { code, remainingSeconds, period } = await codeWithValidity(cli, entry.totp, Number(minValidity));
  const validity = `valid for ${count(remainingSeconds, 'second')}`;
  if (cli.globals.json) cli.output.json({ code, validForSeconds: remainingSeconds, period });
  else if (clip) {
    const { copyToClipboard } = await import('../clipboard.ts');
    cli.output.note(`copied the code of ${entryTitle(entry)}, ${validity}${await copyToClipboard(cli, code)}`);
  } else {
    cli.output.value(code);
    if (cli.output.terminal) cli.output.note(cli.output.noteStyle.dim(validity));
  }
}
