import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withChecksum } from '../../../src/core/crypto/credential.ts';
import { decodeHeader } from '../../../src/core/crypto/header.ts';
import { decodeRecoveryKit, unwrapByRecovery } from '../../../src/core/crypto/recovery.ts';
import type { StoredCredential } from '../../../src/core/crypto/credential.ts';
import { freshDaemon, refusal, startTestDaemon, type TestDaemon, textAt } from '../test-daemon.ts';

const password = 'correct horse battery staple';
const wrong = refusal(401, 'incorrect_password');

const create = (daemon: TestDaemon, json: object = { password }) => daemon.request('/users', { json });
const login = (daemon: TestDaemon, json: object = { password }) => daemon.request('/login', { json });

async function storedCredential({ store }: TestDaemon): Promise<StoredCredential> {
  const [user] = await store.read((rows) => rows.users.all());
  if (user === undefined) throw new Error('there is no user');
  return user.credential;
}

async function putCredential({ store }: TestDaemon, credential: StoredCredential): Promise<void> {
  await store.write((rows) => rows.users.setCredential(1, credential));
}

/** A copy with one bit of one part flipped. */
function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

describe('creating an account', () => {
  it('gives a token that opens its empty vault', async () => {
    const daemon = await freshDaemon();
    const created = await create(daemon);
    expect(created.status).toBe(201);
    expect(Date.parse(textAt(created, 'expiresAt'))).toBeGreaterThan(daemon.clock.wall());
    expect(created.text).not.toContain('recoveryKit');
    expect(await daemon.request('/passwords', { token: textAt(created, 'token') })).toMatchObject({ status: 200, body: [] });
    expect((await daemon.request('/status')).body).toMatchObject({ accounts: ['default'], locked: true, session: null });
  });

  it('makes a recovery kit where it is asked for, and the kit opens the vault key', async () => {
    const daemon = await freshDaemon();
    const kit = decodeRecoveryKit(textAt(await create(daemon, { password, recoveryKit: true }), 'recoveryKit'));
    const { header, recoveryWrap } = await storedCredential(daemon);
    if (recoveryWrap === null) throw new Error('no wrap was stored');
    expect(kit.userId).toEqual(decodeHeader(header).userId);
    expect(unwrapByRecovery(kit, recoveryWrap).length).toBe(32);
  });

  it('is refused where the account exists, in any composition of its name', async () => {
    const daemon = await freshDaemon();
    await create(daemon, { account: 'Zoë', password });
    expect(await create(daemon, { account: 'Zoe\u0308', password: 'another' })).toMatchObject(refusal(409, 'user_exists'));
    expect((await login(daemon, { account: 'Zoe\u0308', password })).status).toBe(200);
  });

  it('is refused on TCP before the body is read', async () => {
    const daemon = await freshDaemon();
    let read = false;
    const body = new ReadableStream(
      {
        pull: (controller) => {
          read = true;
          controller.enqueue(Buffer.from('{}'));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { host: 'localhost', 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const response = await daemon.app.request('/users', { method: 'POST', headers, body, duplex: 'half' }, { way: 'tcp' });
    expect({ status: response.status, body: await response.json() }).toMatchObject(refusal(403, 'request_forbidden'));
    expect(read).toBe(false);
  });
});

describe('a login', () => {
  it('opens the vault with the password, and with no other', async () => {
    const daemon = await freshDaemon();
    await create(daemon);
    expect((await login(daemon)).status).toBe(200);
    expect((await daemon.request('/login', { way: 'tcp', json: { password } })).status).toBe(200);
    for (const other of [`${password} `, password.toUpperCase(), 'x']) {
      expect(await login(daemon, { password: other })).toMatchObject(wrong);
    }
  });

  it('takes the same password in another composition of its characters', async () => {
    const daemon = await freshDaemon();
    await create(daemon, { password: 'Ångström' });
    expect((await login(daemon, { password: 'A\u030angstro\u0308m' })).status).toBe(200);
  });

  it('without an account means the only one there is, then "default", and then nobody', async () => {
    const daemon = await freshDaemon();
    await create(daemon, { account: 'alice', password });
    expect((await login(daemon)).status).toBe(200);
    await create(daemon, { account: 'bob', password: 'his own' });
    expect(await login(daemon)).toMatchObject(wrong);
    await create(daemon, { account: 'default', password: 'the default' });
    expect((await login(daemon, { password: 'the default' })).status).toBe(200);
  });

  it('to an account that does not exist answers as a wrong password does, and takes as long', async () => {
    const daemon = await freshDaemon();
    await create(daemon, { account: 'alice', password });
    const timed = async (account: string) => {
      const began = performance.now();
      const { status, text, headers } = await login(daemon, { account, password: 'wrong' });
      return { milliseconds: performance.now() - began, answer: { status, text, headers: [...headers] } };
    };
    // What else the machine does makes single ones slower: the quickest of them come to what the work takes.
    const quickest = { known: Infinity, unknown: Infinity };
    const isAlike = () => quickest.unknown > quickest.known / 2 && quickest.unknown < quickest.known * 2;
    for (let run = 0; run < 20 && !isAlike(); run++) {
      const [known, unknown] = [await timed('alice'), await timed('nobody')];
      expect(unknown.answer).toEqual(known.answer);
      daemon.clock.advance(60_000);
      quickest.known = Math.min(quickest.known, known.milliseconds);
      quickest.unknown = Math.min(quickest.unknown, unknown.milliseconds);
    }
    expect(isAlike(), JSON.stringify(quickest)).toBe(true);
    expect(JSON.stringify(daemon.log.requests)).not.toContain('nobody');
  });

  it('before there is any vault says so on the socket, and nothing on TCP', async () => {
    const daemon = await freshDaemon();
    expect(await login(daemon)).toMatchObject(refusal(409, 'not_initialized'));
    expect(await daemon.request('/login', { way: 'tcp', json: { password } })).toMatchObject(wrong);
  });

  it('after five failures is refused before anything is derived, on its own way only', async () => {
    const daemon = await freshDaemon();
    await create(daemon);
    daemon.clock.stop();
    for (const account of ['default', 'nobody']) {
      for (let i = 0; i < 5; i++) await daemon.request('/login', { way: 'tcp', json: { account, password: 'wrong' } });
      const refused = await daemon.request('/login', { way: 'tcp', json: { account, password } });
      expect(refused).toMatchObject(refusal(429, 'too_many_attempts'));
      expect(refused.headers.get('retry-after')).toBe('1');
    }
    expect((await login(daemon)).status).toBe(200);
    daemon.clock.advance(1000);
    expect((await daemon.request('/login', { way: 'tcp', json: { password } })).status).toBe(200);
  });

  it('goes through checksum, bounds, verifier and wrap, in this order', async () => {
    const daemon = await freshDaemon();
    await create(daemon);
    const sound = await storedCredential(daemon);
    await putCredential(daemon, { ...sound, verifier: flipped(sound.verifier, 0) });
    expect(await login(daemon, { password: 'wrong' })).toMatchObject(refusal(500, 'vault_corrupt'));
    // 1 MiB, 1 pass: a database that somebody has weakened, with a checksum that fits.
    const weak = Buffer.from(sound.header);
    weak.writeUInt32BE(1024, 18);
    await putCredential(daemon, withChecksum({ ...sound, header: weak }));
    expect(await login(daemon, { password: 'wrong' })).toMatchObject(refusal(500, 'unsupported_format'));
    await putCredential(daemon, withChecksum({ ...sound, wrappedVaultKey: flipped(sound.wrappedVaultKey, 100) }));
    expect(await login(daemon, { password: 'wrong' })).toMatchObject(wrong);
    expect(await login(daemon)).toMatchObject(refusal(500, 'vault_corrupt'));
    // With the wrap as it was, the manifest knows that the salt is another.
    await putCredential(daemon, sound);
    expect((await login(daemon)).status).toBe(200);
  });
});

it('an older copy of the database is refused with the reason, and taken where the owner accepts it', async () => {
  const first = await startTestDaemon();
  const token = textAt(await create(first), 'token');
  const path = join(first.directory, 'vault.db');
  first.store.checkpoint();
  const copy = readFileSync(path);
  await first.request('/passwords', { token, json: { name: 'newer', password: 'p' } });
  await first.store.close();
  writeFileSync(path, copy);
  const daemon = await freshDaemon({ directory: first.directory });
  const refused = await login(daemon);
  expect(refused).toMatchObject(refusal(500, 'vault_corrupt'));
  expect(textAt(refused, 'error', 'details', 'reason')).toBe('older');
  expect(daemon.sessions.count).toBe(0);
  expect((await login(daemon, { password, acceptOlder: true })).status).toBe(200);
  expect((await login(daemon)).status).toBe(200);
});

describe('the cost of the key derivation', () => {
  it('is raised by a login to what is configured, with a new salt, and never lowered', async () => {
    const first = await startTestDaemon();
    await create(first);
    const before = decodeHeader((await storedCredential(first)).header);
    await first.store.close();
    const second = await startTestDaemon({ directory: first.directory, config: { kdf: { memoryMiB: 20, iterations: 2, parallelism: 2 } } });
    expect((await login(second)).status).toBe(200);
    const raised = decodeHeader((await storedCredential(second)).header);
    expect(raised).toMatchObject({ memoryKiB: 20 * 1024, iterations: 2, parallelism: 2 });
    expect(raised.salt).not.toEqual(before.salt);
    await second.store.close();
    // Lower in one place and higher in another: the larger of each.
    const third = await freshDaemon({ directory: first.directory, config: { kdf: { memoryMiB: 19, iterations: 3, parallelism: 1 } } });
    const token = textAt(await login(third), 'token');
    const mixed = decodeHeader((await storedCredential(third)).header);
    expect(mixed).toMatchObject({ memoryKiB: 20 * 1024, iterations: 3, parallelism: 2 });
    expect((await login(third)).status).toBe(200);
    expect(decodeHeader((await storedCredential(third)).header).salt).toEqual(mixed.salt);
    expect((await third.request('/passwords', { token })).status).toBe(200);
  });
});
