import type { Kysely, Selectable } from 'kysely';
import { bytesIn } from './bytes-column.ts';
import type { Connection } from './connection.ts';
import { type EntryHead, entryHeads, hexOfValues, valuesIn } from './entry-heads.ts';
import type { EntryRow } from './entry-row.ts';
import { Prepared } from './prepared.ts';
import type { EntryTable, Schema } from './schema.ts';

/** What every query here selects of an entry. */
type StoredEntry = Omit<Selectable<EntryTable>, 'user'>;

function entryRow({ seq, id, revision, trashed, wrapped_key: wrappedKey, body }: StoredEntry, lookupValues: readonly Buffer[]): EntryRow {
  return { seq, id: bytesIn(id), revision, trashed: trashed !== 0, wrappedKey: bytesIn(wrappedKey), body: bytesIn(body), lookupValues };
}

const columns = ['entries.seq', 'entries.id', 'entries.revision', 'entries.trashed', 'entries.wrapped_key', 'entries.body'] as const;

const none = Buffer.alloc(0);

const entryById = new Prepared<StoredEntry & { hex: string }, [user: number, id: Buffer]>((db) =>
  db
    .selectFrom('entries')
    .select([...columns, hexOfValues.as('hex')])
    .where('user', '=', 0)
    .where('id', '=', none)
    .compile(),
);

const entriesByValue = new Prepared<StoredEntry & { hex: string }, [value: Buffer, user: number]>((db) =>
  db
    .selectFrom('lookup_values')
    .innerJoin('entries', 'entries.seq', 'lookup_values.entry')
    .select([...columns, hexOfValues.as('hex')])
    .where('lookup_values.value', '=', none)
    .where('entries.user', '=', 0)
    .compile(),
);

const insertedEntry = new Prepared<never, [user: number, id: Buffer, revision: number, trashed: number, wrappedKey: Buffer, body: Buffer]>(
  (db) => db.insertInto('entries').values({ user: 0, id: none, revision: 0, trashed: 0, wrapped_key: none, body: none }).compile(),
);

const insertedValue = new Prepared<never, [entry: number, value: Buffer]>((db) =>
  db.insertInto('lookup_values').values({ entry: 0, value: none }).compile(),
);

const keptRevision = new Prepared<never, [entry: number, revision: number, body: Buffer]>((db) =>
  db.insertInto('revisions').values({ entry: 0, revision: 0, body: none }).compile(),
);

/** They come in fours. */
const insertedFourValues = new Prepared<
  never,
  [e1: number, v1: Buffer, e2: number, v2: Buffer, e3: number, v3: Buffer, e4: number, v4: Buffer]
>((db) =>
  db
    .insertInto('lookup_values')
    .values(Array.from({ length: 4 }, () => ({ entry: 0, value: none })))
    .compile(),
);

export class EntryRows {
  readonly #connection: Connection;
  readonly #db: Kysely<Schema>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#db = connection.db;
  }

  async byId(user: number, id: Buffer): Promise<EntryRow | null> {
    const [row] = entryById.run(this.#connection, user, id);
    return row === undefined ? null : entryRow(row, valuesIn(row.hex));
  }

  /** The entries that have this lookup value, those in the trash too. */
  async byLookupValue(user: number, value: Buffer): Promise<EntryRow[]> {
    return entriesByValue.run(this.#connection, value, user).map((row) => entryRow(row, valuesIn(row.hex)));
  }

  /** A user's entries whose id is in `[from, to)`, by id: `to` null means to the end. */
  async range(user: number, from: Buffer, to: Buffer | null): Promise<EntryRow[]> {
    const rows = await this.#db
      .selectFrom('entries')
      .select([...columns, hexOfValues.as('hex')])
      .where('user', '=', user)
      .where('id', '>=', from)
      .$if(to !== null, (query) => query.where('id', '<', to ?? from))
      .orderBy('id')
      .execute();
    return rows.map((row) => entryRow(row, valuesIn(row.hex)));
  }

  /** The heads of the same: enough to hold them against the manifest. */
  async heads(user: number, from: Buffer, to: Buffer | null): Promise<EntryHead[]> {
    return entryHeads(this.#connection, user, from, to);
  }

  async count(user: number): Promise<number> {
    const query = this.#db.selectFrom('entries').select((row) => row.fn.countAll<number>().as('count'));
    return (await query.where('user', '=', user).executeTakeFirstOrThrow()).count;
  }

  /** Gives the new row's number. */
  insert(user: number, row: Omit<EntryRow, 'seq'>): number {
    const { id, revision, trashed, wrappedKey, body, lookupValues } = row;
    const seq = insertedEntry.change(this.#connection, user, id, revision, trashed ? 1 : 0, wrappedKey, body);
    this.#insertLookupValues(seq, lookupValues);
    return seq;
  }

  /** Removes all of a user's entries, with their history and attachments. */
  async removeAll(user: number): Promise<void> {
    await this.#db.deleteFrom('entries').where('user', '=', user).execute();
  }

  /** Writes a row's next revision; lookup values are replaced where `lookupValues` is given. */
  async update(row: Omit<EntryRow, 'lookupValues'>, lookupValues: readonly Buffer[] | null): Promise<void> {
    const { seq, revision, trashed, wrappedKey, body } = row;
    await this.#db
      .updateTable('entries')
      .set({ revision, trashed: trashed ? 1 : 0, wrapped_key: wrappedKey, body })
      .where('seq', '=', seq)
      .execute();
    if (lookupValues === null) return;
    await this.#db.deleteFrom('lookup_values').where('entry', '=', seq).execute();
    this.#insertLookupValues(seq, lookupValues);
  }

  keepRevision(seq: number, revision: number, body: Buffer): void {
    keptRevision.change(this.#connection, seq, revision, body);
  }

  async revisions(seq: number): Promise<{ revision: number; body: Buffer }[]> {
    return await this.#db.selectFrom('revisions').select(['revision', 'body']).where('entry', '=', seq).orderBy('revision').execute();
  }

  async revision(seq: number, revision: number): Promise<Buffer | null> {
    const query = this.#db.selectFrom('revisions').select('body').where('entry', '=', seq).where('revision', '=', revision);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : bytesIn(row.body);
  }

  async removeRevision(seq: number, revision: number): Promise<void> {
    await this.#db.deleteFrom('revisions').where('entry', '=', seq).where('revision', '=', revision).execute();
  }

  /** The ids of a user's entries in the trash. */
  async trashedIds(user: number): Promise<Buffer[]> {
    const query = this.#db.selectFrom('entries').select('id').where('user', '=', user).where('trashed', '=', 1).orderBy('seq');
    return (await query.execute()).map(({ id }) => bytesIn(id));
  }

  /** Deletes an entry, and with it its revisions, lookup values and attachments. */
  async remove(seq: number): Promise<void> {
    await this.#db.deleteFrom('entries').where('seq', '=', seq).execute();
  }

  async setRevision(seq: number, revision: number, body: Buffer): Promise<void> {
    await this.#db.updateTable('revisions').set({ body }).where('entry', '=', seq).where('revision', '=', revision).execute();
  }

  #insertLookupValues(entry: number, values: readonly Buffer[]): void {
    let at = 0;
    for (; at + 4 <= values.length; at += 4) {
      const [a = none, b = none, c = none, d = none] = values.slice(at, at + 4);
      insertedFourValues.change(this.#connection, entry, a, entry, b, entry, c, entry, d);
    }
    for (const value of values.slice(at)) insertedValue.change(this.#connection, entry, value);
  }
}
