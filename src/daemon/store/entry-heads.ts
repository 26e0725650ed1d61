import { sql } from 'kysely';
import { sealOverhead } from '../../core/crypto/seal.ts';
import type { Connection } from './connection.ts';
import type { EntryRow } from './entry-row.ts';
import { Prepared } from './prepared.ts';

/** A lookup value in hexadecimal digits; of what is none, although it may have the same bytes, nothing. */
const hexOfValue = sql<string>`iif(typeof(value) = 'blob' and length(value) = 16, hex(value), '')`;

/** An entry's lookup values in one text, each with a comma before it: a row for each of them costs more. */
export const hexOfValues = sql<string>`coalesce((select group_concat(',' || ${hexOfValue}, '') from lookup_values where entry = entries.seq), '')`;

/** The lookup values that `hexOfValues` gave, in ascending order. */
export function valuesIn(hex: string): Buffer[] {
  if (hex === '') return [];
  const values = hex.slice(1).split(',');
  return values.map((digits) => Buffer.from(digits, 'hex')).sort((a, b) => Buffer.compare(a, b));
}

/** What a login looks at of an entry. */
export interface EntryHead extends Pick<EntryRow, 'seq' | 'id' | 'revision'> {
  /** What the manifest's digest of the row is the digest of (core/manifest/row.ts); of a row that is none, something that no row has. */
  readonly encoded: Buffer;
}

interface StoredHead {
  readonly seq: number;
  readonly revision: number;
  readonly hex: string;
}

const idLength = 16;
const none = Buffer.alloc(0);

/** Encoded by the database, in one text: columns and buffers for all that is in it cost twice as much. */
function headsBetween({ bounded }: { readonly bounded: boolean }) {
  return new Prepared<StoredHead, [user: number, from: Buffer, to?: Buffer]>((db) => {
    const sound = sql`length(id) = ${sql.lit(idLength)} and typeof(revision) = 'integer' and typeof(trashed) = 'integer'
      and typeof(wrapped_key) = 'blob' and typeof(body) = 'blob'`;
    const values = sql`(select printf('%04X', count(*)) || coalesce(group_concat(${hexOfValue}, '' order by value), '')
      from lookup_values where entry = entries.seq)`;
    const encoded = sql`hex(id) || printf('%016X%02X%04X', revision, trashed <> 0, length(wrapped_key)) || hex(wrapped_key)
      || hex(substr(body, 1, ${sql.lit(sealOverhead)})) || ${values}`;
    return db
      .selectFrom('entries')
      .select(['seq', 'revision', sql<string>`iif(${sound}, ${encoded}, hex(id))`.as('hex')])
      .where('user', '=', 0)
      .where('id', '>=', none)
      .$if(bounded, (query) => query.where('id', '<', none))
      .orderBy('id')
      .compile();
  });
}

const headsFrom = headsBetween({ bounded: false });
const headsFromTo = headsBetween({ bounded: true });

function entryHead({ seq, revision, hex }: StoredHead): EntryHead {
  const encoded = Buffer.from(hex, 'hex');
  return { seq, revision, id: encoded.subarray(0, idLength), encoded };
}

/** The heads of a user's entries whose id is in `[from, to)`, by id. */
export function entryHeads(connection: Connection, user: number, from: Buffer, to: Buffer | null): EntryHead[] {
  return (to === null ? headsFrom.run(connection, user, from) : headsFromTo.run(connection, user, from, to)).map(entryHead);
}
