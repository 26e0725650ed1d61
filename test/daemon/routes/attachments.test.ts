import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

const octets = { 'content-type': 'application/octet-stream' };

let daemon: TestDaemon;
let token: string;
let entry: string;

beforeEach(async () => {
  daemon = await freshDaemon();
  ({ token } = await daemon.addUser('alice'));
  entry = textAt(await daemon.request('/passwords', { token, json: { name: 'e', password: 'p' } }), 'id');
});

const attach = (name: string, body: Uint8Array<ArrayBuffer>, headers = {}) =>
  daemon.request(`/attachments?entry=${entry}&name=${name}`, { token, body, headers: { ...octets, ...headers } });

async function bytesOf(id: string): Promise<Buffer> {
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const response = await daemon.app.request(`/attachments/${id}?entry=${entry}`, { headers }, { way: 'socket' });
  expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
    status: 200,
    type: 'application/octet-stream',
  });
  return Buffer.from(await response.arrayBuffer());
}

describe('a file', () => {
  it('is attached, listed, read and taken off, each change a revision', async () => {
    const data = new Uint8Array(randomBytes(200_000));
    const attached = await attach('scan.pdf', data, { 'if-match': '"1"' });
    expect(attached).toMatchObject({ status: 201, body: { name: 'e', revision: 2, attachment: { name: 'scan.pdf', size: 200_000 } } });
    expect(attached.headers.get('etag')).toBe('"2"');
    const id = textAt(attached, 'attachment', 'id');
    expect((await daemon.request(`/attachments?entry=${entry}`, { token })).body).toEqual([{ id, name: 'scan.pdf', size: 200_000 }]);
    expect((await bytesOf(id)).equals(data)).toBe(true);
    const removed = await daemon.request(`/attachments/${id}?entry=${entry}`, { token, method: 'DELETE', headers: { 'if-match': '"2"' } });
    expect(removed).toMatchObject({ status: 200, body: { revision: 3 } });
    expect((await daemon.request(`/attachments?entry=${entry}`, { token })).body).toEqual([]);
  });

  it.each([
    ['a name with a slash', 'a%2Fb', {}, 400, 'invalid_request'],
    ['a stale revision', 'a', { 'if-match': '"7"' }, 412, 'revision_conflict'],
    ['another type', 'a', { 'content-type': 'text/plain' }, 400, 'invalid_request'],
  ] as const)('is refused with %s', async (_, name, headers, status, code) => {
    expect(await attach(name, new Uint8Array(1), headers)).toMatchObject(refusal(status, code));
  });

  it('is refused for an entry that is not there, and above 100 MiB', async () => {
    const none = `/attachments?entry=${crypto.randomUUID()}&name=a`;
    expect(await daemon.request(none, { token, body: 'x', headers: octets })).toMatchObject(refusal(404, 'entry_not_found'));
    expect(await attach('big', new Uint8Array(100 * 1024 * 1024 + 1))).toMatchObject(refusal(413, 'payload_too_large'));
    expect((await daemon.request(`/attachments?entry=${entry}`, { token })).body).toEqual([]);
  });
});

describe('an import', () => {
  const lines = async (...values: readonly object[]) => {
    const body = values.map((value) => JSON.stringify(value)).join('\n');
    const query = '?onConflict=replace';
    return await daemon.request(`/imports${query}`, { token, body, headers: { 'content-type': 'application/x-ndjson' } });
  };
  const chunks = (data: Buffer) => {
    const count = Math.max(1, Math.ceil(data.length / 65_536));
    return Array.from({ length: count }, (_, i) => ({ chunk: data.subarray(i * 65_536, (i + 1) * 65_536).toString('base64') }));
  };
  const idOf = async (name: string) => textAt(await daemon.request(`/passwords/${name}`, { token }), 'id');
  const filesOf = async (name: string) => {
    entry = await idOf(name);
    const { body } = await daemon.request(`/attachments?entry=${entry}`, { token });
    const files: [string, Buffer][] = [];
    for (const { id, name: file } of body as { id: string; name: string }[]) files.push([file, await bytesOf(id)]);
    return files;
  };

  it('brings files with their entries, whatever stands between', async () => {
    const large = randomBytes(150_000);
    const attachments = [
      { name: 'a.pdf', size: large.length },
      { name: 'a.pdf', size: 1 },
      { name: 'empty', size: 0 },
    ];
    const report = await lines(
      { name: 'before', password: 'p' },
      { name: 'with', password: 'p', attachments },
      ...[large, Buffer.from('x'), Buffer.alloc(0)].flatMap(chunks),
      { name: 'after', password: 'p' },
    );
    expect(report.body).toEqual({ imported: 3, skipped: 0, conflicts: 0, problems: [] });
    expect(await filesOf('with')).toEqual([
      ['a.pdf', large],
      ['a (2).pdf', Buffer.from('x')],
      ['empty', Buffer.alloc(0)],
    ]);
    expect(await filesOf('after')).toEqual([]);
  });

  it('knows an entry by its files too, and adds them to the one it replaces', async () => {
    const one = { name: 'one', password: 'p', attachments: [{ name: 'f', size: 3 }] };
    await lines(one, ...chunks(Buffer.from('abc')));
    expect((await lines(one, ...chunks(Buffer.from('abc')), { name: 'two', password: 'p' })).body).toMatchObject({
      imported: 1,
      skipped: 1,
    });
    const more = {
      ...one,
      attachments: [
        { name: 'f', size: 2 },
        { name: 'g', size: 1 },
      ],
    };
    expect((await lines(more, ...chunks(Buffer.from('de')), ...chunks(Buffer.from('f')))).body).toMatchObject({
      imported: 1,
      conflicts: 1,
    });
    expect(await filesOf('one')).toEqual([
      ['f', Buffer.from('de')],
      ['g', Buffer.from('f')],
    ]);
  });

  it.each([
    ['a chunk that is too short', [{ chunk: 'YQ==' }], 2],
    ['a missing chunk', [{ chunk: Buffer.alloc(65_536).toString('base64') }, { name: 'next', password: 'p' }], 3],
    ['a file that ends early', [{ chunk: Buffer.alloc(65_536).toString('base64') }], undefined],
    ['what is no base64', [{ chunk: '?' }], 2],
  ] as const)('brings nothing with %s', async (_, after, line) => {
    const refused = await lines({ name: 'x', password: 'p', attachments: [{ name: 'f', size: 65_537 }] }, ...after);
    expect(refused).toMatchObject(refusal(400, 'invalid_request'));
    if (line !== undefined) expect(refused.body).toMatchObject({ error: { details: { line } } });
    expect(await daemon.request('/passwords/x', { token })).toMatchObject(refusal(404, 'entry_not_found'));
  });
});
