import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldsOfKey } from '../../../src/core/ssh/entry.ts';
import { publicLine, sshKey, type SshKey } from '../../../src/core/ssh/keys.ts';
import { writeKeyFile } from '../../../src/core/ssh/openssh-file.ts';
import { WireReader, wireString } from '../../../src/core/ssh/wire.ts';
import { eventually } from '../../support/eventually.ts';
import { freshDaemon, type TestDaemon, textAt } from '../test-daemon.ts';

const newKey = () => sshKey(generateKeyPairSync('ed25519').privateKey);

function entryOf(name: string, key: SshKey, confirm = false): object {
  return { name, fields: fieldsOfKey({ privateKey: writeKeyFile(key, name), publicKey: publicLine(key, name), confirm }) };
}

/** The names of the keys that an SSH client would be shown. */
async function shown({ agent }: TestDaemon): Promise<string[]> {
  const reader = new WireReader((await agent.answer(Buffer.of(11))).subarray(5));
  return Array.from({ length: reader.u32() }, () => {
    reader.string();
    return reader.text();
  });
}

/** A signature with a key; null where the agent refuses. */
async function signature({ agent }: TestDaemon, { blob }: SshKey, data: string, flags = 0): Promise<Buffer | null> {
  const request = Buffer.concat([Buffer.of(13), wireString(blob), wireString(data), Buffer.of(0, 0, 0, flags)]);
  const answer = new WireReader(await agent.answer(request));
  answer.u32();
  if (answer.u8() !== 14) return null;
  const signed = new WireReader(answer.string());
  signed.text();
  return signed.string();
}

async function start() {
  const daemon = await freshDaemon();
  const user = await daemon.addUser('alice');
  const add = (entry: object) => daemon.request('/passwords', { token: user.token, json: entry });
  const lock = (token = user.token) => daemon.request('/lock', { token, json: {} });
  return { daemon, user, add, lock, key: newKey() };
}

describe('the agent', () => {
  it('serves a key from the moment it is stored, and signs with it', async () => {
    const { daemon, add, key } = await start();
    expect(await shown(daemon)).toEqual([]);
    await add(entryOf('laptop', key));
    expect(await shown(daemon)).toEqual(['laptop']);
    const signed = await signature(daemon, key, 'data');
    expect(verify(null, Buffer.from('data'), createPublicKey(key.key), signed ?? Buffer.alloc(0))).toBe(true);
    expect(await signature(daemon, newKey(), 'data')).toBeNull();
  });

  it('serves no private key that does not say that it is for it, and none that it cannot read', async () => {
    const { daemon, user, add, key } = await start();
    await add({ name: 'tls', fields: [{ name: 'private key', value: writeKeyFile(key, ''), hidden: true }] });
    const broken = [
      { name: 'private key', value: 'nonsense', hidden: true },
      { name: 'ssh agent', value: 'on', hidden: false },
    ];
    await add({ name: 'broken', fields: broken });
    expect(await shown(daemon)).toEqual([]);
    expect((await daemon.request('/ssh-keys', { token: user.token })).body).toMatchObject([
      { name: 'broken', type: null, fingerprint: null },
    ]);
  });

  it('follows what becomes of the entry', async () => {
    const { daemon, user, add, key } = await start();
    const id = textAt(await add(entryOf('laptop', key)), 'id');
    const change = (json: object) => daemon.request(`/passwords/${id}`, { method: 'PATCH', token: user.token, json });
    await change({ name: 'desk' });
    expect(await shown(daemon)).toEqual(['desk']);
    const { fields } = entryOf('desk', key) as { fields: { name: string; value: string }[] };
    await change({ fields: fields.map((field) => (field.name === 'ssh agent' ? { ...field, value: 'off' } : field)) });
    expect([await shown(daemon), await signature(daemon, key, 'x')]).toEqual([[], null]);
    await change({ fields });
    expect(await shown(daemon)).toEqual(['desk']);
    await daemon.request(`/passwords/${id}`, { method: 'DELETE', token: user.token });
    expect([await shown(daemon), await signature(daemon, key, 'x')]).toEqual([[], null]);
  });

  it('has the keys of an account for as long as it has a session, and finds them at its next login', async () => {
    const { daemon, user, add, lock, key } = await start();
    await add(entryOf('laptop', key));
    const second = await user.again();
    await lock();
    expect(await shown(daemon)).toEqual(['laptop']);
    await lock(second);
    expect([await shown(daemon), await signature(daemon, key, 'x')]).toEqual([[], null]);
    await user.again();
    expect(await shown(daemon)).toEqual(['laptop']);
  });

  it('ends with the idle limit, which signing does not push away', async () => {
    const { daemon, add, key } = await start();
    await add(entryOf('laptop', key));
    for (let minutes = 0; minutes < 14; minutes += 7) {
      expect(await signature(daemon, key, 'x')).not.toBeNull();
      daemon.clock.advance(7 * 60_000);
    }
    daemon.clock.advance(60_000);
    daemon.sessions.sweep();
    expect([await shown(daemon), await signature(daemon, key, 'x')]).toEqual([[], null]);
  });

  it('has what it signs in the access log, and what it refuses to', async () => {
    const { daemon, key } = await start();
    const token = textAt(await daemon.request('/users', { json: { account: 'bob', password: 'correct horse' } }), 'token');
    const add = (entry: object) => daemon.request('/passwords', { token, json: entry });
    const id = textAt(await add(entryOf('laptop', key)), 'id');
    const careful = newKey();
    await add(entryOf('careful', careful, true));
    expect(await signature(daemon, key, 'x')).not.toBeNull();
    for (const refused of [careful, newKey()]) expect(await signature(daemon, refused, 'x')).toBeNull();
    const by = { session: null, program: 'ssh agent', terminal: null };
    expect(((await daemon.request('/log', { token })).body as unknown[]).slice(-2)).toMatchObject([
      { action: 'signed', entries: [{ id, name: 'laptop' }], detail: null, ...by },
      { action: 'refused', entries: [{ name: 'careful' }], detail: 'confirmation_required', ...by },
    ]);
  });

  it('signs while the vault is changed', async () => {
    const { daemon, add, key } = await start();
    await add(entryOf('laptop', key));
    const all = Array.from({ length: 10 }, (_, i) => [signature(daemon, key, 'x'), add({ name: `n${String(i)}`, password: 'x' })]).flat();
    expect((await Promise.all(all)).filter((result) => result === null)).toEqual([]);
  });

  it('does not sign with a row that somebody put back', async () => {
    const { daemon, user, add, key } = await start();
    const id = textAt(await add(entryOf('laptop', key)), 'id');
    const before = await daemon.store.read((rows) => rows.entries.byId(1, Buffer.from(id.replaceAll('-', ''), 'hex')));
    if (before === null) throw new Error('no row');
    await daemon.request(`/passwords/${id}`, { method: 'PATCH', token: user.token, json: { notes: 'x' } });
    expect(await signature(daemon, key, 'x')).not.toBeNull();
    await daemon.store.write((rows) => rows.entries.update(before, null));
    expect(await signature(daemon, key, 'x')).toBeNull();
  });
});

describe('a key that wants agreement', () => {
  async function withAskpass(script: string) {
    const parts = await start();
    const { daemon, user, add, key } = parts;
    const program = join(daemon.directory, 'askpass');
    writeFileSync(program, `#!/bin/sh\nprintf '%s|%s|%s' "$1" "$SSH_ASKPASS_PROMPT" "$DISPLAY" >"$0.asked"\n${script}\n`);
    chmodSync(program, 0o755);
    await add(entryOf('laptop', key, true));
    return { ...parts, program, ask: () => daemon.agent.askWith(user.id, { program, display: ':7' }) };
  }

  it('is refused where nobody can be asked', async () => {
    const { daemon, key } = await withAskpass('exit 0');
    expect(await shown(daemon)).toEqual(['laptop']);
    expect(await signature(daemon, key, 'x')).toBeNull();
  });

  it.each([
    ['exit 0', true],
    ['echo Yes', true],
    ['exit 1', false],
    ['echo no', false],
    ['kill -9 $$', false],
  ])('is used only where the answer is yes: %s', async (script, agreed) => {
    const { daemon, key, ask } = await withAskpass(script);
    ask();
    expect((await signature(daemon, key, 'x')) !== null).toBe(agreed);
  });

  it('is asked for though another entry holds the same key without', async () => {
    const { daemon, add, key } = await withAskpass('exit 0');
    await add(entryOf('copy', key));
    expect(await signature(daemon, key, 'x')).toBeNull();
  });

  it('is not used any more when the vault was locked while somebody was asked', async () => {
    const { daemon, key, lock, ask, program } = await withAskpass('sleep 20');
    ask();
    const waiting = signature(daemon, key, 'x');
    await eventually(() => existsSync(`${program}.asked`), { what: 'the question' });
    expect(readFileSync(`${program}.asked`, 'utf8')).toMatch(/^Allow use of key laptop\?\nKey fingerprint SHA256:\S+\.\|confirm\|:7$/);
    await lock();
    expect(await waiting).toBeNull();
  });
});
