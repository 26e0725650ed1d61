import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { freshDaemon, textAt } from '../test-daemon.ts';

const minute = 60_000;

describe('a request that lasts', () => {
  const silent = (first: string) => {
    const state = { asked: 0 };
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        state.asked += 1;
        if (state.asked === 1) controller.enqueue(Buffer.from(first));
        // Whoever sent it says no more, and does not hang up.
        else await new Promise(() => undefined);
      },
    });
    return { state, body };
  };

  it.each([
    ['an import', () => '/imports', 'application/x-ndjson', '{"name":"half","password":"p"}\n{"na'],
    ['a file', (id: string) => `/attachments?entry=${id}&name=half`, 'application/octet-stream', 'half'],
  ])('such as %s whose client is silent, ends with its session, and leaves nothing', async (_, path, type, first) => {
    const daemon = await freshDaemon();
    const { token, again } = await daemon.addUser('alice');
    const id = textAt(await daemon.request('/passwords', { token, json: { name: 'e', password: 'p' } }), 'id');
    const { state, body } = silent(first);
    const headers = { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': type };
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
    const answering = daemon.app.request(path(id), init, { way: 'socket' });
    await eventually(() => state.asked > 1, { what: 'the first part is read' });
    // A silent request is no use of the session.
    daemon.clock.advance(15 * minute);
    daemon.sessions.sweep();
    expect((await answering).status).toBe(401);
    const other = await again();
    expect((await daemon.request('/passwords', { token: other })).body).toMatchObject([{ name: 'e', revision: 1 }]);
    const count = new BetterSqlite3(join(daemon.directory, 'vault.db'), { readonly: true });
    expect(count.prepare('select (select count(*) from staged_entries) + (select count(*) from attachments)').pluck().get()).toBe(0);
    count.close();
  });

  it('keeps its session as long as it gets on', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    let line = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        daemon.clock.advance(6 * minute);
        daemon.sessions.sweep();
        if (line === 4) controller.close();
        else controller.enqueue(Buffer.from(`{"name":"e${String(line++)}","password":"p"}\n`));
      },
    });
    const headers = { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
    const answer = await daemon.app.request('/imports', init, { way: 'socket' });
    expect(await answer.json()).toMatchObject({ imported: 4 });
  });

  it('such as a file that is read, stops where its session ends', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const id = textAt(await daemon.request('/passwords', { token, json: { name: 'e', password: 'p' } }), 'id');
    const octets = { 'content-type': 'application/octet-stream' };
    const file = new Uint8Array(1024 * 1024);
    const query = `entry=${id}`;
    const attached = await daemon.request(`/attachments?${query}&name=f`, { token, body: file, headers: octets });
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    const answer = await daemon.app.request(
      `/attachments/${textAt(attached, 'attachment', 'id')}?${query}`,
      { headers },
      { way: 'socket' },
    );
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = answer.body?.getReader();
    expect((await reader?.read())?.value?.length).toBe(64 * 1024);
    await daemon.request('/lock', { method: 'POST', token });
    const rest = async () => {
      for (;;) if ((await reader?.read())?.done !== false) return;
    };
    await expect(rest()).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
