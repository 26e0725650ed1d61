import { contentOfBody, type EntryBody, toEntry } from '../../core/entry/body.ts';
import { type EarlierRevision, fitting } from '../../core/entry/earlier.ts';
import type { ExportedLine } from '../../core/entry/export.ts';
import type { OpenEntry, Search } from './find-entry.ts';
import { attachmentsOf } from './attachments.ts';
import { earlierBodies } from './past-revisions.ts';

function earlier(body: EntryBody, files: ReadonlyMap<string, string>): EarlierRevision {
  const { updatedAt, passwordChangedAt, trashedAt, pending, attachments = [] } = body;
  return {
    ...contentOfBody(body),
    updatedAt,
    passwordChangedAt,
    trashed: trashedAt !== null,
    ...(pending === undefined ? {} : { pending }),
    attachments: attachments.flatMap(({ id }) => files.get(id) ?? []),
  };
}

type Past = Pick<ExportedLine, 'history' | 'leftOut'>;

/** An entry's earlier revisions as they go out, the oldest first, and what of them does not. */
async function pastOf(search: Search, entry: OpenEntry): Promise<Past> {
  const present = new Map(attachmentsOf(entry.body).map(({ id, name }) => [id, name]));
  const gone = new Set<string>();
  const latest: EarlierRevision[] = [];
  const fits = fitting();
  for await (const { body } of earlierBodies(search, entry)) {
    const revision = earlier(body, present);
    if (!fits(revision)) break;
    latest.push(revision);
    for (const { id } of body.attachments ?? []) if (!present.has(id)) gone.add(id);
  }
  const leftOut = { revisions: entry.body.history.length - latest.length, files: gone.size };
  return { history: latest.reverse(), ...(leftOut.revisions + leftOut.files === 0 ? {} : { leftOut }) };
}

/** A whole entry as it goes out, with its earlier revisions where they are wanted. */
export async function exportedLine(search: Search, entry: OpenEntry, { history }: { readonly history: boolean }): Promise<ExportedLine> {
  const { body, row } = entry;
  return {
    ...toEntry(entry.id, row.revision, body),
    trashed: row.trashed,
    attachments: attachmentsOf(body),
    ...(body.pending === undefined ? {} : { pending: body.pending }),
    ...(history ? await pastOf(search, entry) : {}),
  };
}
