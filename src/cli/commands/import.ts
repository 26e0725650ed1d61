import type { ConflictPolicy, ImportReport } from '../../core/entry/import.ts';
import { errorTable, VaultError } from '../../core/errors.ts';
import type { ImportedItem, ImportResult } from '../../core/formats/item.ts';
import { importFormats } from '../../core/formats/registry.ts';
import type { Cli } from '../cli.ts';
import { createVaultIfNone } from '../first-vault.ts';
import { checkFormat, type Import, openImport } from '../import/read-import.ts';
import { showReport } from '../import/show-report.ts';
import { importBody, Problems } from '../import/upload.ts';
import { createProgress } from '../progress.ts';
import { escapeLine } from '../text.ts';

export interface ImportCommandOptions {
  readonly list?: boolean;
  readonly filePasswordStdin?: boolean;
  readonly keyFile?: string;
  readonly dryRun?: boolean;
  readonly onConflict?: ConflictPolicy;
  readonly unescapeHtml?: boolean;
}

/** A daemon that is asked for a large import works on it for a while after the last line has come. */
const patienceSeconds = 3600;

async function showFormats({ globals, output }: Cli): Promise<void> {
  if (globals.json) output.json(importFormats);
  else if (output.terminal) {
    const { table } = await import('../table.ts');
    const rows = importFormats.map(({ name, description }) => [name, description]);
    output.lines(table(['FORMAT', 'WHAT'], rows, { columns: output.columns ?? 80, style: output.style }));
  } else output.lines(importFormats.map(({ name, description, input }) => [name, description, input].join('\t')));
}

/** A line for each entry that would come, as `vault list` prints them. */
function previewLine({ content: { name, username, tags }, place }: ImportedItem): string {
  return [name, username ?? '', tags.join(', '), place].map(escapeLine).join('\t');
}

/** Puts what has been read already back before the rest. */
async function* after(first: IteratorResult<ImportResult, unknown>, rest: AsyncIterator<ImportResult>): AsyncGenerator<ImportResult> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

/** Shows how far an import is: by the file, where its reader goes through it, else by the entries. */
function tracker({ output }: Cli, file: Import, what: string): { item(): void; end(): void } {
  let before = file.position() ?? 1;
  const whole = before === 1;
  const progress = createProgress(output, what, whole ? null : 1, (items) => `${String(items)} entries`);
  return {
    item: () => {
      const now = file.position() ?? 1;
      progress.advance(whole ? 1 : Math.max(0, now - before));
      before = Math.max(before, now);
    },
    end: () => {
      progress.end();
    },
  };
}

/** A body that can be sent once: what was read is gone. */
function once(pieces: AsyncIterable<Uint8Array>): () => AsyncIterable<Uint8Array> {
  let begun = false;
  return () => {
    if (begun) throw new VaultError('daemon_unreachable', 'the daemon went away: nothing was changed', { hint: 'repeat the import' });
    begun = true;
    return pieces;
  };
}

async function upload(cli: Cli, file: Import, { dryRun = false, onConflict = 'skip' }: ImportCommandOptions): Promise<ImportReport> {
  const { client, output } = cli;
  // What is wrong with the file (its password, say) shows before the daemon is asked for anything.
  const results = file.read()[Symbol.asyncIterator]();
  const first = await results.next();
  const problems = new Problems();
  const track = tracker(cli, file, dryRun ? 'reading' : 'importing');
  const onItem = (item: ImportedItem) => {
    if (dryRun && !cli.globals.json) output.lines([previewLine(item)]);
    else track.item();
  };
  const pieces = importBody(after(first, results), { problems, onItem });
  try {
    const report = await client.ask(
      { path: '/imports', method: '$post', query: { onConflict, dryRun: dryRun ? 'true' : 'false' } },
      { token: client.token(), timeoutSeconds: patienceSeconds, upload: { type: 'application/x-ndjson', open: once(pieces) } },
    );
    return { ...report, problems: [...problems.all, ...report.problems] };
  } finally {
    track.end();
  }
}

/** `vault import FORMAT FILE`. Gives 9 where something did not come as it was. */
export async function bring(
  cli: Cli,
  format: string | undefined,
  path: string | undefined,
  options: ImportCommandOptions,
): Promise<number> {
  if (options.list === true) {
    await showFormats(cli);
    return 0;
  }
  if (format === undefined) {
    throw new VaultError('usage', 'no format and no file', { hint: 'vault import auto FILE, or vault import --list' });
  }
  checkFormat(format);
  if (path === undefined && format !== 'pass') throw new VaultError('usage', 'no file', { hint: `vault import ${format} FILE` });
  const { filePasswordStdin = false, keyFile, unescapeHtml = false, dryRun = false } = options;
  const file = await openImport(cli, format, path ?? null, { filePasswordStdin, keyFile, unescapeHtml });
  const forget = cli.signals.onEnd(() => {
    cli.output.status('');
  });
  try {
    await createVaultIfNone(cli, 'stores what it imports');
    await cli.client.ensureOpen();
    const report = await upload(cli, file, options);
    showReport(cli, report, { dryRun });
    if (!dryRun && report.imported > 0 && !file.locked() && path !== undefined && path !== '-') {
      cli.output.note(cli.output.noteStyle.dim('the file still holds everything in the clear: remove it once you have looked'));
    }
    return report.problems.length > 0 ? errorTable.import_problems.exit : 0;
  } finally {
    forget();
    file.close();
  }
}
