import type { Kysely } from 'kysely';
import { bytesIn } from './bytes-column.ts';
import type { Schema } from './schema.ts';

/** An attachment's number, which its chunks refer to, and its id (16 bytes). */
export interface AttachmentRow {
  readonly seq: number;
  readonly id: Buffer;
}

/**
 * Attachments and their sealed chunks. An upload stages them, chunk by chunk; they count for nothing until they are switched in,
 * which copies nothing.
 */
export class AttachmentRows {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Stages an attachment for an entry that may be staged itself; gives its number. */
  async stage(importId: Buffer, entryId: Buffer, id: Buffer): Promise<number> {
    const { insertId } = await this.#db
      .insertInto('attachments')
      .values({ id, entry: null, import: importId, staged_for: entryId })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  /** Adds an attachment of an entry; gives its number. */
  async insert(entry: number, id: Buffer): Promise<number> {
    const { insertId } = await this.#db
      .insertInto('attachments')
      .values({ id, entry, import: null, staged_for: null })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  /** Adds chunks to an attachment, the first of which is number `from`. */
  async addChunks(attachment: number, from: number, bodies: readonly Buffer[]): Promise<void> {
    if (bodies.length === 0) return;
    await this.#db
      .insertInto('attachment_chunks')
      .values(bodies.map((body, i) => ({ attachment, chunk: from + i, body })))
      .execute();
  }

  /** Makes what an import staged part of the entries, all at once. */
  async switchIn(importId: Buffer, user: number): Promise<void> {
    await this.#db
      .updateTable('attachments')
      .set((update) => ({
        entry: update
          .selectFrom('entries')
          .select('entries.seq')
          .where('entries.user', '=', user)
          .whereRef('entries.id', '=', 'attachments.staged_for'),
        import: null,
        staged_for: null,
      }))
      .where('import', '=', importId)
      .execute();
  }

  /** Forgets what an import or upload staged; where `importId` is null, what all did. */
  async dropStaged(importId: Buffer | null): Promise<void> {
    const staged = this.#db.deleteFrom('attachments');
    await (importId === null ? staged.where('entry', 'is', null) : staged.where('import', '=', importId)).execute();
  }

  /** Forgets a chunk of one of them; false where there is none left. */
  async dropSomeStaged(importId: Buffer | null): Promise<boolean> {
    const staged = this.#db
      .selectFrom('attachment_chunks')
      .innerJoin('attachments', 'attachments.seq', 'attachment_chunks.attachment')
      .select(['attachment', 'chunk'])
      .where('attachments.entry', 'is', null);
    const found = await (importId === null ? staged : staged.where('attachments.import', '=', importId)).limit(1).executeTakeFirst();
    if (found === undefined) return false;
    const { attachment, chunk } = found;
    await this.#db.deleteFrom('attachment_chunks').where('attachment', '=', attachment).where('chunk', '=', chunk).execute();
    return true;
  }

  /** All attachments of an entry, those of earlier revisions too. */
  async ofEntry(entry: number): Promise<AttachmentRow[]> {
    const rows = await this.#db.selectFrom('attachments').select(['seq', 'id']).where('entry', '=', entry).orderBy('seq').execute();
    return rows.map(({ seq, id }) => ({ seq, id: bytesIn(id) }));
  }

  /** The number of an entry's attachment; null where the entry has none of this id. */
  async find(entry: number, id: Buffer): Promise<number | null> {
    const row = await this.#db.selectFrom('attachments').select('seq').where('id', '=', id).where('entry', '=', entry).executeTakeFirst();
    return row?.seq ?? null;
  }

  async remove(attachment: number): Promise<void> {
    await this.#db.deleteFrom('attachments').where('seq', '=', attachment).execute();
  }

  async chunkCount(attachment: number): Promise<number> {
    const query = this.#db.selectFrom('attachment_chunks').select((row) => row.fn.countAll<number>().as('count'));
    return (await query.where('attachment', '=', attachment).executeTakeFirstOrThrow()).count;
  }

  async chunk(attachment: number, chunk: number): Promise<Buffer | null> {
    const row = await this.#db
      .selectFrom('attachment_chunks')
      .select('body')
      .where('attachment', '=', attachment)
      .where('chunk', '=', chunk)
      .executeTakeFirst();
    return row === undefined ? null : bytesIn(row.body);
  }

  async setChunk(attachment: number, chunk: number, body: Buffer): Promise<void> {
    await this.#db.updateTable('attachment_chunks').set({ body }).where('attachment', '=', attachment).where('chunk', '=', chunk).execute();
  }
}
