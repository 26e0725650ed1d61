import type { Kysely, Selectable } from 'kysely';
import type { StoredCredential } from '../../core/crypto/credential.ts';
import { bytesIn } from './bytes-column.ts';
import type { Schema, UserTable } from './schema.ts';

/** One user of the database. */
export interface UserRow {
  /** The number other rows refer to. */
  readonly seq: number;
  /** 16 bytes. */
  readonly id: Buffer;
  readonly account: string;
  readonly credential: StoredCredential;
  readonly lookupRules: number;
}

function userRow(row: Selectable<UserTable>): UserRow {
  const credential: StoredCredential = {
    header: bytesIn(row.header),
    verifier: bytesIn(row.verifier),
    wrappedVaultKey: bytesIn(row.wrapped_vault_key),
    recoveryWrap: row.recovery_wrap === null ? null : bytesIn(row.recovery_wrap),
    checksum: bytesIn(row.checksum),
  };
  return { seq: row.seq, id: bytesIn(row.id), account: row.account, credential, lookupRules: row.lookup_rules };
}

function columnsOf({ header, verifier, wrappedVaultKey, recoveryWrap, checksum }: StoredCredential) {
  return { header, verifier, wrapped_vault_key: wrappedVaultKey, recovery_wrap: recoveryWrap, checksum };
}

export class UserRows {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async all(): Promise<UserRow[]> {
    return (await this.#db.selectFrom('users').selectAll().orderBy('seq').execute()).map(userRow);
  }

  async byAccount(account: string): Promise<UserRow | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('account', '=', account).executeTakeFirst();
    return row === undefined ? null : userRow(row);
  }

  async byId(id: Buffer): Promise<UserRow | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : userRow(row);
  }

  /** The new user's number. */
  async insert(user: Omit<UserRow, 'seq'>): Promise<number> {
    const { id, account, credential, lookupRules } = user;
    const { insertId } = await this.#db
      .insertInto('users')
      .values({ id, account, ...columnsOf(credential), lookup_rules: lookupRules })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  async setCredential(seq: number, credential: StoredCredential): Promise<void> {
    await this.#db.updateTable('users').set(columnsOf(credential)).where('seq', '=', seq).execute();
  }

  async setLookupRules(seq: number, version: number): Promise<void> {
    await this.#db.updateTable('users').set({ lookup_rules: version }).where('seq', '=', seq).execute();
  }
}
