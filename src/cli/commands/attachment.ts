import { basename } from 'node:path';
import type { Attachment } from '../../core/entry/attachment.ts';
import type { Entry } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { writeNewFile } from '../new-file.ts';
import { bytesText, createProgress, withProgress } from '../progress.ts';
import { type OpenFile, openFile, standardInputFile } from '../read-file.ts';
import { entryTitle, escapeLine } from '../text.ts';

export interface AttachOptions {
  readonly user?: string;
  readonly as?: string;
}

export interface AttachmentOptions {
  readonly user?: string;
}

export interface GetAttachmentOptions extends AttachmentOptions {
  readonly output?: string;
}

async function attachmentsOf(cli: Cli, { id }: Entry): Promise<readonly Attachment[]> {
  return await cli.client.call({ path: '/attachments', method: '$get', query: { entry: id } });
}

/** The attachment that a name or an id means. */
async function findAttachment(cli: Cli, entry: Entry, wanted: string): Promise<Attachment> {
  const all = await attachmentsOf(cli, entry);
  const name = wanted.normalize('NFC');
  const found = all.find(({ id }) => id === wanted) ?? all.find((attachment) => attachment.name.normalize('NFC') === name);
  if (found !== undefined) return found;
  const { suggest } = await import('../../core/suggest.ts');
  const [nearest] = suggest(
    wanted,
    all.map((attachment) => attachment.name),
    1,
  );
  throw new VaultError('field_not_found', 'the entry has no such attachment', {
    hint: nearest === undefined ? 'vault attachment list NAME shows what it has' : `did you mean ${nearest}?`,
  });
}

/** The name that a file is to have: its own, unless one was given. What has no name of its own, such as a pipe, needs one. */
function nameFor(path: string, { size }: OpenFile, as: string | undefined): string {
  if (as !== undefined) return as;
  if (size === null) throw new VaultError('usage', 'a pipe has no name of its own', { hint: 'give it one with --as' });
  return basename(path);
}

/** Reads on to the limit and not beyond. */
async function* bounded(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of data) {
    size += bytes.length;
    if (size > limits.attachmentBytes) throw tooLarge();
    yield bytes;
  }
}

function tooLarge(): VaultError {
  return new VaultError('payload_too_large', 'an attachment holds at most 100 MiB', { hint: 'keep the file elsewhere, and its key here' });
}

/** `vault attach NAME FILE`. */
export async function attach(cli: Cli, name: string, path: string, { user, as }: AttachOptions): Promise<void> {
  const file = path === '-' ? standardInputFile(cli.stdin, '-') : await openFile(path);
  try {
    const attachmentName = nameFor(path, file, as);
    if ((file.size ?? 0) > limits.attachmentBytes) throw tooLarge();
    const entry = await findEntry(cli, { name, user, exact: true });
    const progress = createProgress(cli.output, 'attaching', file.size, bytesText);
    const { attachment, ...reference } = await cli.client.call(
      { path: '/attachments', method: '$post', query: { entry: entry.id, name: attachmentName } },
      {
        ifMatch: entry.revision,
        upload: { type: 'application/octet-stream', open: () => withProgress(progress, bounded(file.content())) },
      },
    );
    if (cli.globals.json) cli.output.json(reference);
    const what = `${escapeLine(attachment.name)} (${bytesText(attachment.size)})`;
    cli.output.note(`${cli.output.noteStyle.green('attached')} ${what} to ${entryTitle(reference)}`);
  } finally {
    await file.close();
  }
}

/** `vault attachment list NAME`. */
export async function list(cli: Cli, name: string, { user }: AttachmentOptions): Promise<void> {
  const { output } = cli;
  const attachments = await attachmentsOf(cli, await findEntry(cli, { name, user, exact: false }));
  if (cli.globals.json) {
    output.json(attachments);
    return;
  }
  if (!output.terminal) {
    output.lines(attachments.map((attachment) => [escapeLine(attachment.name), String(attachment.size), attachment.id].join('\t')));
    return;
  }
  if (attachments.length === 0) {
    output.note('it has no attachments: vault attach NAME FILE adds one');
    return;
  }
  const { table } = await import('../table.ts');
  const rows = attachments.map((attachment) => [escapeLine(attachment.name), bytesText(attachment.size)]);
  output.lines(table(['NAME', 'SIZE'], rows, { columns: output.columns ?? 80, style: output.style }));
}

/** `vault attachment get NAME ATTACHMENT`. */
export async function get(cli: Cli, name: string, wanted: string, options: GetAttachmentOptions): Promise<void> {
  const { client, output } = cli;
  const toFile = options.output !== undefined && options.output !== '-';
  if (options.output === undefined && output.terminal) {
    throw new VaultError('usage', 'a file is not printed on a terminal', {
      hint: '-o FILE writes it to a file, -o - prints it all the same',
    });
  }
  const entry = await findEntry(cli, { name, user: options.user, exact: false });
  const attachment = await findAttachment(cli, entry, wanted);
  const query = { entry: entry.id };
  const content = await client.stream({ path: '/attachments/:id', method: '$get', param: { id: attachment.id }, query });
  if (!toFile) {
    for await (const bytes of content) await output.bytes(bytes);
    return;
  }
  const progress = createProgress(output, 'reading', attachment.size, bytesText);
  const target = { path: options.output, name: attachment.name };
  const path = await writeNewFile(target, cli.signals, withProgress(progress, content));
  output.note(`${output.noteStyle.green('wrote')} ${escapeLine(path)} (${bytesText(attachment.size)})`);
}

/** `vault attachment remove NAME ATTACHMENT`. */
export async function remove(cli: Cli, name: string, wanted: string, { user }: AttachmentOptions): Promise<void> {
  const entry = await findEntry(cli, { name, user, exact: true });
  const attachment = await findAttachment(cli, entry, wanted);
  const reference = await cli.client.call(
    { path: '/attachments/:id', method: '$delete', param: { id: attachment.id }, query: { entry: entry.id } },
    { ifMatch: entry.revision },
  );
  if (cli.globals.json) cli.output.json(reference);
  cli.output.note(`${cli.output.noteStyle.green('removed')} ${escapeLine(attachment.name)} from ${entryTitle(reference)}`);
}
