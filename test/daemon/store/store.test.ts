import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type Kysely, Migrator } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kyselyOn, preparingOnce } from '../../../src/daemon/store/dialect.ts';
import { acquireDatabaseLock } from '../../../src/daemon/store/lock.ts';
import { openStore } from '../../../src/daemon/store/store.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vault-store-'));
  path = join(directory, 'vault.db');
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function openAndClose(): Promise<void> {
  const store = await openStore(path);
  await store.close();
}

describe('the database', () => {
  it('is readable by its owner alone, its log and shared memory too', async () => {
    const previous = process.umask(0);
    try {
      const store = await openStore(path);
      for (const end of ['', '-wal', '-shm']) expect(statSync(`${path}${end}`).mode & 0o777).toBe(0o600);
      await store.close();
    } finally {
      process.umask(previous);
    }
  });

  it('holds nothing of a migration that breaks off, nor of those before it in the same start', async () => {
    const database = new BetterSqlite3(path);
    const db = kyselyOn(database, preparingOnce(database));
    const makes = (name: string) => (db: Kysely<never>) => db.schema.createTable(name).addColumn('a', 'integer').execute();
    const breaks = async (db: Kysely<never>) => {
      await makes('second')(db);
      throw new Error('the machine went down');
    };
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ 1: { up: makes('first') }, 2: { up: breaks } }) } });
    expect(await migrator.migrateToLatest()).toMatchObject({ error: { message: 'the machine went down' } });
    const tables = database.prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%'").pluck().all();
    expect(tables).toEqual([]);
    await db.destroy();
  });

  it('that is open to others is closed to them', async () => {
    await openAndClose();
    chmodSync(path, 0o644);
    await openAndClose();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps nothing that a transaction which failed had written', async () => {
    const store = await openStore(path);
    await expect(
      store.write(async (rows) => {
        await rows.manifest.setRoot(1, Buffer.alloc(1)).catch(() => undefined);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await store.read(async (rows) => {
      expect(await rows.manifest.root(1)).toBeNull();
    });
    await store.close();
  });

  it.each([
    ['text', 'this is not a database, just a longer line of text so that SQLite looks at it'.repeat(20)],
    ['a cut database', ''],
  ])('that is %s is refused as damaged', async (kind, text) => {
    if (kind === 'text') {
      writeFileSync(path, text);
    } else {
      await openAndClose();
      const whole = BetterSqlite3(path).serialize();
      writeFileSync(path, whole.subarray(0, 5000));
    }
    await expect(openStore(path)).rejects.toMatchObject({ code: 'vault_corrupt' });
  });

  it('of another program is refused and left alone', async () => {
    const other = new BetterSqlite3(path);
    other.exec('create table notes (text)');
    other.close();
    const before = BetterSqlite3(path).serialize();
    await expect(openStore(path)).rejects.toMatchObject({ code: 'vault_corrupt' });
    expect(BetterSqlite3(path).serialize()).toEqual(before);
  });

  it('of a newer version is refused with what to do', async () => {
    await openAndClose();
    const newer = new BetterSqlite3(path);
    newer.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', 'now')");
    newer.close();
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'unsupported_format',
      hint: expect.stringContaining('update vault') as string,
    });
  });

  it('that is a directory or cannot be written is refused with a reason', async () => {
    await expect(openStore(directory)).rejects.toMatchObject({ code: 'internal' });
  });

  it('shows writes of other programs in foreignVersion, and its own not', async () => {
    const store = await openStore(path);
    const before = store.foreignVersion();
    await store.write(async (rows) => {
      await rows.users.setLookupRules(1, 1);
    });
    expect(store.foreignVersion()).toBe(before);
    const other = new BetterSqlite3(path);
    other.exec('create table planted (x)');
    other.close();
    expect(store.foreignVersion()).not.toBe(before);
    await store.close();
  });
});

describe('the lock', () => {
  const tryElsewhere = () => {
    const code =
      "const D=require('better-sqlite3');const d=new D(process.argv[1],{timeout:0});try{d.exec('begin exclusive');console.log('free')}catch{console.log('held')}";
    return spawnSync(process.execPath, ['-e', code, `${path}.lock`], { encoding: 'utf8' }).stdout.trim();
  };

  it('keeps other processes out until it is released', () => {
    const lock = acquireDatabaseLock(`${path}.lock`);
    expect(lock).not.toBeNull();
    expect(tryElsewhere()).toBe('held');
    lock?.release();
    expect(tryElsewhere()).toBe('free');
    expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600);
  });
});
