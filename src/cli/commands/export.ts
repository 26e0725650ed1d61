import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable, VaultError } from '../../core/errors.ts';
import type { ExportedLine } from '../../core/entry/export.ts';
import type { ExportAttachment, ExportedEntry } from '../../core/formats/export.ts';
import { type ExportFormat, exportFormat, exportFormats } from '../../core/formats/exporters.ts';
import type { ImportProblem } from '../../core/formats/item.ts';
import { argon2 } from '../argon2.ts';
import type { Cli } from '../cli.ts';
import { exportedEntries } from '../exported-entries.ts';
import { writeNewFile } from '../new-file.ts';
import { askNewFilePassword } from '../new-file-password.ts';
import { confirmFromStdin } from '../password-stdin.ts';
import { createProgress, type Progress } from '../progress.ts';
import { count, escapeLine } from '../text.ts';

export interface ExportCommandOptions {
  readonly passwordStdin?: boolean;
  readonly filePasswordStdin?: boolean;
  readonly plaintext?: boolean;
  readonly yes?: boolean;
}

/** Where an export goes: `-` is standard output. */
interface Target {
  readonly format: ExportFormat;
  readonly path: string;
  /** What the file is called where `path` is a directory. */
  readonly name: string;
}

function usualName({ extension }: ExportFormat, now: number): string {
  return `vault-${new Date(now).toISOString().slice(0, 10)}${extension}`;
}

/** What the arguments mean. One that is no format but looks like a file is the file. */
function targetOf(first: string | undefined, second: string | undefined, now: number): Target {
  const named = exportFormat(first ?? 'age');
  const isFile = named === null && second === undefined && first !== undefined && /[./]/.test(first);
  const format = isFile ? exportFormat('age') : named;
  if (format === null) {
    throw new VaultError('usage', 'there is no such export format', {
      hint: `one of ${exportFormats.map(({ name }) => name).join(', ')}`,
    });
  }
  const name = usualName(format, now);
  return { format, path: (isFile ? first : second) ?? name, name };
}

/** Throws before anybody is asked for anything that could only fail in the end. */
function checkTarget({ output }: Cli, { path, name }: Target): void {
  if (path === '-') {
    if (output.terminal) throw new VaultError('usage', 'standard output is a terminal: give a file, or pipe it somewhere');
    return;
  }
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isDirectory ? join(path, name) : path;
  if (existsSync(file)) {
    throw new VaultError('file_exists', `${file} is there already`, { hint: 'give a file that does not exist yet' });
  }
}

/** Whether the file is to be plain, which has to be said, and confirmed. */
async function confirmPlain(
  cli: Cli,
  { format, path }: Target,
  { plaintext = false, yes = false, filePasswordStdin }: ExportCommandOptions,
) {
  if (!plaintext) {
    if (format.protection !== 'never') return;
    throw new VaultError('usage', `the format ${format.name} is not encrypted: everybody who gets the file can read it`, {
      hint: `--plaintext if that is what you want; age, kdbx and bitwarden are encrypted`,
    });
  }
  if (format.protection === 'always') {
    throw new VaultError('usage', `the format ${format.name} is always encrypted`, { hint: 'leave --plaintext out' });
  }
  if (filePasswordStdin === true) throw new VaultError('usage', '--plaintext and --file-password-stdin exclude each other');
  if (yes) return;
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'writing everything in the clear has to be confirmed, and there is no terminal to ask on', {
      hint: '--yes confirms it',
    });
  }
  if (!(await prompts.confirm(`Write every password in the clear to ${path === '-' ? 'the pipe' : escapeLine(path)}?`, false))) {
    throw new VaultError('cancelled', 'cancelled: nothing was written');
  }
}

async function readAttachment(cli: Cli, entry: string, id: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const body = await cli.client.stream({ path: '/attachments/:id', method: '$get', param: { id }, query: { entry } });
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function reportLeftOut(
  place: string,
  { revisions, files }: NonNullable<ExportedLine['leftOut']>,
  report: (problem: ImportProblem) => void,
): void {
  const left = (what: string) => {
    report({ place, message: `has ${what}, which an export leaves out: vault backup has all` });
  };
  if (revisions > 0) left(`${count(revisions, 'older revision')} beyond 4 MiB`);
  if (files > 0) left(`${count(files, 'attachment')} in earlier revisions alone`);
}

/** What an export came to. */
interface Tally {
  readonly problems: ImportProblem[];
  entries: number;
  /** Of them, those that were changed at least once. */
  revised: number;
}

/** Every entry, those in the trash too, as the writers take them. */
async function* entriesOf(cli: Cli, progress: Progress, { history: wanted }: ExportFormat, tally: Tally): AsyncGenerator<ExportedEntry> {
  for await (const line of exportedEntries(cli.client, { trash: true, history: wanted })) {
    const { trashed, attachments, pending = null, history = [], leftOut, ...entry } = line;
    const files = attachments.map(({ id, name }): ExportAttachment => ({ name, read: () => readAttachment(cli, entry.id, id) }));
    if (leftOut !== undefined) reportLeftOut(entry.name, leftOut, (problem) => void tally.problems.push(problem));
    yield { entry, trashed, pending, history, attachments: files };
    tally.entries += 1;
    if (entry.revision > 1) tally.revised += 1;
    progress.advance(1);
  }
}

/** The same entries, the first of which is there: what is refused is refused before anything is written. */
async function begun<T>(all: AsyncGenerator<T>): Promise<AsyncIterable<T>> {
  const first = await all.next();
  const rest = async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* all;
  };
  return rest();
}

/** `vault export [FORMAT] [FILE]`. Gives 9 where the format could not hold everything. */
export async function take(
  cli: Cli,
  first: string | undefined,
  second: string | undefined,
  options: ExportCommandOptions,
): Promise<number> {
  const now = Date.now();
  const { output, globals } = cli;
  const target = targetOf(first, second, now);
  checkTarget(cli, target);
  if (options.passwordStdin === true && options.filePasswordStdin === true) {
    throw new VaultError('usage', 'standard input can be read once, not by both --password-stdin and --file-password-stdin', {
      hint: 'vault login or vault confirm --password-stdin before this command takes the master password',
    });
  }
  await confirmPlain(cli, target, options);
  if (options.passwordStdin === true) await confirmFromStdin(cli);
  else await cli.client.ensureOpen();
  const { format } = target;
  const password = options.plaintext === true ? null : await askNewFilePassword(cli, { fromStdin: options.filePasswordStdin === true });
  const problems: ImportProblem[] = [];
  const tally: Tally = { problems, entries: 0, revised: 0 };
  const progress = createProgress(output, 'exporting', null, (entries) => `${String(entries)} entries`);
  const report = (problem: ImportProblem) => void problems.push(problem);
  let file: string | null = null;
  try {
    const entries = await begun(entriesOf(cli, progress, format, tally));
    const pieces = format.write(entries, { password, argon2, now, report });
    if (target.path === '-') for await (const piece of pieces) await output.bytes(piece);
    else file = await writeNewFile(target, cli.signals, pieces);
  } finally {
    progress.end();
  }
  // With -, standard output is the file.
  if (globals.json && file !== null) output.json({ format: format.name, file, exported: tally.entries, problems });
  const where = file === null ? '' : ` to ${escapeLine(file)}`;
  const how = password === null ? output.noteStyle.yellow(', in the clear') : ', encrypted';
  output.note(`${output.noteStyle.green('exported')} ${count(tally.entries, 'entry', 'entries')}${where}${how}`);
  if (!format.history && tally.revised > 0) output.note(output.noteStyle.dim('it holds no earlier passwords: age, kdbx and bitwarden do'));
  if (problems.length === 0) return 0;
  if (!globals.json || file === null) {
    output.warn(output.noteStyle.yellow(`${count(problems.length, 'problem')}:`));
    for (const { place, message } of problems) output.warn(`  ${escapeLine(place)} ${escapeLine(message)}`);
  }
  return errorTable.import_problems.exit;
}
