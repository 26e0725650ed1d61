import { type RawBuilder, sql } from 'kysely';
import { sealOverhead } from '../../core/crypto/seal.ts';
import type { Connection } from './connection.ts';
import type { EntryRow } from './entry-row.ts';
import { Prepared } from './prepared.ts';

/** The bytes of a column, or of a `part` of it, as hexadecimal digits; of what is no blob, although it may have the same bytes, none. */
function hexOf(column: string, part: RawBuilder<unknown> = sql.ref(column)): RawBuilder<string> {
  return sql<string>`iif(typeof(${sql.ref(column)}) = 'blob', hex(${part}), '')`;
}

/** An entry's lookup values in one text, each with a comma before it: a row for each of them costs more. */
export const hexOfValues = sql<string>`coalesce((select group_concat(',' || ${hexOf('value')}, '') from lookup_values where entry = entries.seq), '')`;

/** The bytes of hexadecimal digits between commas. */
export function bytesOfHex(hex: string): Buffer[] {
  return hex.split(',').map((digits) => Buffer.from(digits, 'hex'));
}

export function ascending(values: Buffer[]): Buffer[] {
  return values.sort((a, b) => Buffer.compare(a, b));
}

interface StoredHead {
  readonly seq: number;
  readonly revision: number;
  readonly trashed: number;
  readonly hex: string;
}

const none = Buffer.alloc(0);

/** All bytes of a row in one text: a column for each blob, and a buffer for each column, cost twice as much. */
function headsBetween({ bounded }: { readonly bounded: boolean }) {
  return new Prepared<StoredHead, [user: number, from: Buffer, to?: Buffer]>((db) => {
    const head = sql`substr(body, 1, ${sql.lit(sealOverhead)})`;
    const hex = sql<string>`${hexOf('id')} || ',' || ${hexOf('wrapped_key')} || ',' || ${hexOf('body', head)} || ${hexOfValues}`;
    return db
      .selectFrom('entries')
      .select(['seq', 'revision', 'trashed', hex.as('hex')])
      .where('user', '=', 0)
      .where('id', '>=', none)
      .$if(bounded, (query) => query.where('id', '<', none))
      .orderBy('id')
      .compile();
  });
}

const headsFrom = headsBetween({ bounded: false });
const headsFromTo = headsBetween({ bounded: true });

function entryHead({ seq, revision, trashed, hex }: StoredHead): EntryRow {
  const [id = none, wrappedKey = none, body = none, ...lookupValues] = bytesOfHex(hex);
  return { seq, id, revision, trashed: trashed !== 0, wrappedKey, body, lookupValues: ascending(lookupValues) };
}

/** A user's entries whose id is in `[from, to)`, by id, their bodies cut to the bytes that the manifest vouches for. */
export function entryHeads(connection: Connection, user: number, from: Buffer, to: Buffer | null): EntryRow[] {
  return (to === null ? headsFrom.run(connection, user, from) : headsFromTo.run(connection, user, from, to)).map(entryHead);
}
