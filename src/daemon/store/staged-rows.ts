import { u16 } from '../../core/crypto/bytes.ts';
import { bytesIn } from './bytes-column.ts';
import { AttachmentRows } from './attachment-rows.ts';
import type { Connection } from './connection.ts';
import { EntryRows, type EntryRow } from './entry-rows.ts';
import { Prepared } from './prepared.ts';

/** A sealed entry of an import that is still coming in: always its first revision. */
export type StagedEntry = Pick<EntryRow, 'id' | 'trashed' | 'wrappedKey' | 'body' | 'lookupValues'>;

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

/** A body waits with its entry's lookup values behind it, and their number: `body | values, 16 each | u16 count`. */
function packed({ body, lookupValues }: StagedEntry): Buffer {
  return Buffer.concat([body, ...lookupValues, u16(lookupValues.length)]);
}

function unpacked(bytes: Buffer): Pick<StagedEntry, 'body' | 'lookupValues'> {
  const end = bytes.length - 2;
  const count = bytes.readUInt16BE(end);
  const from = end - count * valueLength;
  const lookupValues = Array.from({ length: count }, (_, i) => bytes.subarray(from + i * valueLength, from + (i + 1) * valueLength));
  return { body: bytes.subarray(0, from), lookupValues };
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

  insert(importId: Buffer, entries: readonly StagedEntry[]): void {
    for (const entry of entries) {
      inserted.change(this.#connection, importId, entry.id, entry.trashed ? 1 : 0, entry.wrappedKey, packed(entry));
    }
  }

  /** Makes an import's entries a user's own, all at once. */
  async switchIn(importId: Buffer, user: number): Promise<void> {
    for (let after: Buffer = none; ;) {
      const rows = page.run(this.#connection, importId, after, pageSize);
      for (const { id, trashed, wrapped_key: wrappedKey, body } of rows) {
        this.#entries.insert(user, {
          id,
          revision: 1,
          trashed: trashed !== 0,
          wrappedKey: bytesIn(wrappedKey),
          ...unpacked(bytesIn(body)),
        });
        after = id;
      }
      if (rows.length < pageSize) break;
    }
    await this.#attachments.switchIn(importId, user);
    await this.drop(importId);
  }

  async drop(importId: Buffer): Promise<void> {
    await this.#connection.db.deleteFrom('staged_entries').where('import', '=', importId).execute();
    await this.#attachments.dropStaged(importId);
  }

  /** Forgets what imports left that never ended. (Version 0.1.0 kept lookup values in a table of their own.) */
  async dropAll(): Promise<void> {
    await this.#connection.db.deleteFrom('staged_lookup_values').execute();
    await this.#connection.db.deleteFrom('staged_entries').execute();
    await this.#attachments.dropAllStaged();
  }
}
