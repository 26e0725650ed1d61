import { generateKeyPairSync } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { VaultError } from '../../core/errors.ts';
import { agentSocketName } from '../../core/paths.ts';
import { singleQuoted } from '../../core/shell-word.ts';
import { fieldsOfKey } from '../../core/ssh/entry.ts';
import { curves, fingerprint, publicLine, type SshKey, sshKey } from '../../core/ssh/keys.ts';
import { type KeyFile, PassphraseError, readKeyFile, writeKeyFile } from '../../core/ssh/openssh-file.ts';
import { MalformedError } from '../../core/ssh/wire.ts';
import type { Success } from '../api.ts';
import type { Cli } from '../cli.ts';
import { readTextFile } from '../read-file.ts';
import { readDaemonFile } from '../locate.ts';
import { checkName } from '../names.ts';
import { escapeLine } from '../text.ts';
import { remove as removeEntry, type RemoveOptions } from './remove.ts';

export interface AddKeyOptions {
  readonly name?: string;
  readonly confirm?: boolean;
  readonly passphraseStdin?: boolean;
}

export interface GenerateKeyOptions {
  readonly type?: string;
  readonly bits?: string;
  readonly confirm?: boolean;
}

/** How often a wrong passphrase may be typed. */
const attempts = 3;

async function store(cli: Cli, key: SshKey, name: string, confirm: boolean): Promise<void> {
  const fields = fieldsOfKey({ privateKey: writeKeyFile(key, name), publicKey: publicLine(key, name), confirm });
  const stored = await cli.client.call({ path: '/passwords', method: '$post', json: { name, fields } });
  if (cli.globals.json) cli.output.json(stored);
  cli.output.note(`${cli.output.noteStyle.green('added')} ${escapeLine(name)}: ${key.type} ${fingerprint(key.blob)}`);
  cli.output.note(`its public key: vault get ${escapeLine(name)} -f 'public key'`);
  if (confirm) cli.output.note('each use is to be agreed to: by the SSH_ASKPASS and the display that vault login finds');
}

/** What went wrong with a file, in the table's words; nothing of the file is in it. */
function unreadable(error: unknown): unknown {
  if (!(error instanceof MalformedError)) return error;
  const hint = 'ssh-keygen -p -f FILE writes a key anew, in the form and with the cipher that are usual';
  return new VaultError('usage', `the file is refused: ${error.message}`, { hint, cause: error });
}

async function open(text: string, passphrase: string): Promise<KeyFile> {
  const { deriveKey } = await import('../ssh-passphrase.ts');
  const bytes = Buffer.from(passphrase);
  try {
    return readKeyFile(text, { bytes, derive: deriveKey });
  } finally {
    bytes.fill(0);
  }
}

/** Reads a key's file, and asks for its passphrase where it has one. */
async function readKey(cli: Cli, text: string, passphraseStdin: boolean): Promise<KeyFile> {
  if (passphraseStdin) return await open(text, await cli.stdin.firstLine('--passphrase-stdin'));
  try {
    return readKeyFile(text);
  } catch (error) {
    if (!(error instanceof PassphraseError)) throw error;
  }
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'the key is protected by a passphrase, and there is no terminal to ask on', {
      hint: '--passphrase-stdin reads it from standard input',
    });
  }
  for (let attempt = 1; ; attempt++) {
    const typed = await prompts.secret('Passphrase of the key:', {
      validate: (value) => (value === '' ? 'type it, or Ctrl+C to leave' : true),
    });
    try {
      return await open(text, typed);
    } catch (error) {
      if (!(error instanceof PassphraseError) || attempt === attempts) throw error;
      cli.output.warn(cli.output.noteStyle.yellow(error.message));
    }
  }
}

/** `vault ssh add FILE`. */
export async function add(cli: Cli, file: string, { name, confirm = false, passphraseStdin = false }: AddKeyOptions): Promise<void> {
  const named = name ?? (file === '-' ? null : basename(file));
  if (named === null) throw new VaultError('usage', 'a key from standard input wants a name', { hint: '--name NAME' });
  checkName(named);
  const text = file === '-' ? await cli.stdin.whole('FILE') : await readTextFile(file);
  if (/^(ssh|ecdsa|sk)-\S+ /.test(text)) {
    throw new VaultError('usage', 'this is a public key: vault keeps the private one', { hint: 'it is beside it, without .pub' });
  }
  await cli.client.ensureOpen();
  try {
    await store(cli, (await readKey(cli, text, passphraseStdin)).key, named, confirm);
  } catch (error) {
    if (error instanceof PassphraseError) {
      throw new VaultError('incorrect_password', error.message, { hint: "it is the file's own passphrase", cause: error });
    }
    throw unreadable(error);
  }
}

const rsaBits = { least: 2048, usual: 3072, most: 8192 } as const;

function generated(type: string, bits: string | undefined): SshKey {
  const refuse = (what: string) => new VaultError('usage', what, { hint: 'vault ssh generate NAME --type ed25519|ecdsa|rsa [--bits N]' });
  const size = bits === undefined ? null : Number(bits);
  if (type === 'ed25519') {
    if (size !== null) throw refuse('keys of type ed25519 have one size');
    return sshKey(generateKeyPairSync('ed25519').privateKey);
  }
  if (type === 'ecdsa') {
    const curve = curves.find(({ jwk }) => jwk === `P-${String(size ?? 256)}`);
    if (curve === undefined) throw refuse('keys of type ecdsa have 256, 384 or 521 bits');
    return sshKey(generateKeyPairSync('ec', { namedCurve: curve.jwk }).privateKey);
  }
  if (type !== 'rsa') throw refuse('the types are ed25519, ecdsa and rsa');
  const modulusLength = size ?? rsaBits.usual;
  if (!Number.isInteger(modulusLength) || modulusLength < rsaBits.least || modulusLength > rsaBits.most) {
    throw refuse(`keys of type rsa have ${String(rsaBits.least)} to ${String(rsaBits.most)} bits`);
  }
  return sshKey(generateKeyPairSync('rsa', { modulusLength }).privateKey);
}

/** `vault ssh generate NAME`. */
export async function generate(cli: Cli, name: string, { type = 'ed25519', bits, confirm = false }: GenerateKeyOptions): Promise<void> {
  checkName(name);
  const key = generated(type, bits);
  await cli.client.ensureOpen();
  await store(cli, key, name, confirm);
}

type Key = Success<'/ssh-keys', '$get'>[number];

function cells({ name, type, fingerprint: print, confirm }: Key): string[] {
  return [name, type ?? 'cannot be read', print ?? '', confirm ? 'confirm' : ''].map(escapeLine);
}

/** `vault ssh list`. */
export async function list(cli: Cli): Promise<void> {
  const { output } = cli;
  const keys = await cli.client.call({ path: '/ssh-keys', method: '$get' });
  if (cli.globals.json) output.json(keys);
  else if (!output.terminal) output.lines(keys.map((key) => [...cells(key), key.id].join('\t')));
  else if (keys.length === 0) output.note('there is no SSH key: vault ssh add FILE or vault ssh generate NAME');
  else {
    const { table } = await import('../table.ts');
    output.lines(table(['NAME', 'TYPE', 'FINGERPRINT', 'USE'], keys.map(cells), { columns: output.columns ?? 80, style: output.style }));
  }
}

/** `vault ssh remove NAME`: the entry goes to the trash, if it is a key. */
export async function remove(cli: Cli, name: string, options: RemoveOptions): Promise<void> {
  const keys = await cli.client.call({ path: '/ssh-keys', method: '$get' });
  const folded = name.normalize('NFC').toLowerCase();
  const named = keys.filter((key) => key.id === folded || key.name.normalize('NFC').toLowerCase() === folded);
  const [only] = named;
  if (only === undefined) throw new VaultError('entry_not_found', 'no SSH key has this name', { hint: 'vault ssh list shows them' });
  if (named.length > 1) throw new VaultError('entry_ambiguous', `${String(named.length)} keys match`, { details: { candidates: named } });
  await removeEntry(cli, only.id, options);
}

/** `vault ssh env`: a line for a shell to evaluate. */
export function env(cli: Cli): Promise<void> {
  const { client, output, paths, globals } = cli;
  if (!client.link.local) throw new VaultError('usage', 'the agent serves this machine alone', { hint: 'unset VAULTD_URL' });
  const told = readDaemonFile(paths);
  const socket = told === null ? paths.agentSocket : join(dirname(told.socket), agentSocketName);
  if (globals.json) output.json({ SSH_AUTH_SOCK: socket });
  else output.lines([`export SSH_AUTH_SOCK=${singleQuoted(socket)}`]);
  return Promise.resolve();
}
