import { u16, u32 } from '../../core/crypto/bytes.ts';
import { bytesIn } from './bytes-column.ts';
import { AttachmentRows } from './attachment-rows.ts';
import type { Connection } from './connection.ts';
import type { EntryRow } from './entry-row.ts';
import { EntryRows } from './entry-rows.ts';
import { Prepared } from './prepared.ts';

/** A sealed entry of an import that is still coming in, and its earlier revisions' bodies, from the first one on. */
export interface StagedEntry extends Pick<EntryRow, 'id' | 'trashed' | 'wrappedKey' | 'body' | 'lookupValues'> {
  readonly past: readonly Buffer[];
}

interface StagedRow {
  readonly id: Buffer;
  readonly trashed: number;
  readonly wrapped_key: Buffer;
  readonly body: Buffer;
}

const none = Buffer.alloc(0);
const valueLength = 16;

const inserted = new Prepared<never, [importId: Buffer, id: Buffer, trashed: number, wrappedKey: Buffer, body: Buffer]>((db) =>
  db.insertInto('staged_entries').values({ import: none, id: none, trashed: 0, wrapped_key: none, body: none }).compile(),
);

/** So many are switched in at a time. */
const pageSize = 256;

const page = new Prepared<StagedRow, [importId: Buffer, after: Buffer, limit: number]>((db) =>
  db
    .selectFrom('staged_entries')
    .select(['id', 'trashed', 'wrapped_key', 'body'])
    .where('import', '=', none)
    .where('id', '>', none)
    .orderBy('id')
    .limit(pageSize)
    .compile(),
);

/** A body waits with its entry's lookup values and earlier bodies: `u16 count | values, 16 each`, then `u32 length | body` for each, the present one first. */
export function packed({ body, lookupValues, past }: StagedEntry): Buffer {
  return Buffer.concat([u16(lookupValues.length), ...lookupValues, ...[body, ...past].flatMap((blob) => [u32(blob.length), blob])]);
}

/** The reverse of `packed`: views on `bytes`. */
export function unpacked(bytes: Buffer): Pick<StagedEntry, 'body' | 'lookupValues' | 'past'> {
  const count = bytes.readUInt16BE(0);
  const lookupValues = Array.from({ length: count }, (_, i) => bytes.subarray(2 + i * valueLength, 2 + (i + 1) * valueLength));
  const bodies: Buffer[] = [];
  for (let at = 2 + count * valueLength; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    bodies.push(bytes.subarray(at + 4, end));
    at = end;
  }
  const [body = none, ...past] = bodies;
  return { body, lookupValues, past };
}

/** Entries of imports that are still coming in, and their attachments. They count for nothing until they are switched in. */
export class StagedRows {
  readonly #connection: Connection;
  readonly #attachments: AttachmentRows;
  readonly #entries: EntryRows;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#attachments = new AttachmentRows(connection.db);
    this.#entries = new EntryRows(connection);
  }

  insert(importId: Buffer, entries: Iterable<StagedEntry>): void {
    for (const entry of entries) {
      inserted.change(this.#connection, importId, entry.id, entry.trashed ? 1 : 0, entry.wrappedKey, packed(entry));
    }
  }

  /** Makes an entry that was not staged on the disk a user's own, with its history. */
  place(user: number, { past, ...entry }: StagedEntry): void {
    const seq = this.#entries.insert(user, { ...entry, revision: past.length + 1 });
    for (const [at, body] of past.entries()) this.#entries.keepRevision(seq, at + 1, body);
  }

  /** Makes an import's entries a user's own, all at once. */
  async switchIn(importId: Buffer, user: number): Promise<void> {
    for (let after: Buffer = none; ;) {
      const rows = page.run(this.#connection, importId, after, pageSize);
      for (const { id, trashed, wrapped_key: wrappedKey, body } of rows) {
        this.place(user, { id, trashed: trashed !== 0, wrappedKey: bytesIn(wrappedKey), ...unpacked(bytesIn(body)) });
        after = id;
      }
      if (rows.length < pageSize) break;
    }
    await this.#attachments.switchIn(importId, user);
    await this.drop(importId);
  }

  /** Forgets what an import staged; where `importId` is null, what all did. (Version 0.1.0 kept lookup values in a table of their own.) */
  async drop(importId: Buffer | null): Promise<void> {
    const { db } = this.#connection;
    if (importId === null) await db.deleteFrom('staged_lookup_values').execute();
    await db
      .deleteFrom('staged_entries')
      .$if(importId !== null, (ofImport) => ofImport.where('import', '=', importId ?? none))
      .execute();
    await this.#attachments.dropStaged(importId);
  }

  /** Forgets a few of them; false once nothing is left. */
  async dropSome(importId: Buffer | null): Promise<boolean> {
    const { db } = this.#connection;
    const some = db
      .selectFrom('staged_entries')
      .select('id')
      .$if(importId !== null, (ofImport) => ofImport.where('import', '=', importId ?? none))
      .limit(64);
    const { numDeletedRows } = await db
      .deleteFrom('staged_entries')
      .where('id', 'in', some)
      .$if(importId !== null, (ofImport) => ofImport.where('import', '=', importId ?? none))
      .executeTakeFirst();
    if (numDeletedRows > 0n || (await this.#attachments.dropSomeStaged(importId))) return true;
    await this.drop(importId);
    return false;
  }
}
