import type { OtpAccount, OtpCodes } from '../core/authenticator/account.ts';
import { readOtpCodes } from '../core/authenticator/codes.ts';
import { VaultError } from '../core/errors.ts';
import { readQr } from '../core/qr/read-qr.ts';
import type { Cli } from './cli.ts';
import { readNamedFile } from './read-file.ts';
import { count, entryTitle, escapeLine } from './text.ts';

/** A photograph has some; what is larger is no picture of a code. */
const maxMebibytes = 32;

/** How messages name an account of an authenticator app. */
function accountTitle({ issuer, account }: OtpAccount): string {
  if (issuer === null) return escapeLine(account ?? 'an account without a name');
  return entryTitle({ name: issuer, username: account });
}

/** The accounts in an image of a QR code, and what there is to say about those that are not there. */
export async function readCodes(cli: Cli, path: string): Promise<OtpCodes['accounts']> {
  const { accounts, unsupported, part } = readOtpCodes(readQr(await readNamedFile(path, maxMebibytes)));
  if (accounts.length === 0) {
    throw new VaultError('invalid_request', 'the QR code holds no TOTP secret', { hint: 'counted codes (HOTP) are not supported' });
  }
  if (unsupported > 0) cli.output.warn(`left out ${count(unsupported, 'account')}: counted codes (HOTP) are not supported`);
  if (part !== null) cli.output.note(`this is QR code ${String(part.number)} of ${String(part.of)} of this export`);
  return accounts;
}

/** The TOTP secret in an image; of several accounts the one of this username, or the one that somebody chooses. */
export async function readTotpQr(cli: Cli, path: string, user: string | undefined): Promise<string> {
  const accounts = await readCodes(cli, path);
  const [first, ...others] = accounts;
  if (first !== undefined && others.length === 0) return first.totp;
  const [named, ...alike] = accounts.filter(({ account }) => user !== undefined && account === user);
  if (named !== undefined && alike.length === 0) return named.totp;
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', `the QR code holds ${String(accounts.length)} accounts`, {
      hint: 'vault add --totp-qr FILE without a NAME adds them all; -u USER or a terminal chooses one',
    });
  }
  const choices = accounts.map((account) => ({ name: accountTitle(account), value: account.totp }));
  return prompts.choose('The QR code holds several accounts. Which one?', choices);
}
