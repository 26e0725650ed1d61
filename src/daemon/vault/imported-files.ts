import type { ListedAttachment } from '../../core/entry/attachment.ts';
import type { ImportedEntry } from '../../core/entry/import.ts';
import { type Owner, stageAttachment } from './attachment-chunks.ts';
import type { VaultContext } from './context.ts';

/** An entry that comes in. Its files are to be read in their order, all or none, before the next entry is asked for. */
export type ArrivingEntry = ImportedEntry & { readonly files?: AsyncIterable<AsyncIterable<Buffer>> };

/** Stages an entry's files under its key. Two of one name get names that differ. */
export async function stageFiles(
  context: VaultContext,
  importId: Buffer,
  owner: Owner,
  { attachments, files }: ArrivingEntry,
): Promise<ListedAttachment[]> {
  const staged: ListedAttachment[] = [];
  for await (const file of files ?? []) {
    const name = distinctName(
      attachments[staged.length]?.name ?? '',
      staged.map((other) => other.name),
    );
    staged.push(await stageAttachment(context, importId, owner, name, file));
  }
  return staged;
}

/** `scan.pdf`, or `scan (2).pdf` where that is taken. */
function distinctName(name: string, taken: readonly string[]): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let distinct = name;
  for (let n = 2; taken.includes(distinct); n++) distinct = `${stem} (${String(n)})${extension}`;
  return distinct;
}
