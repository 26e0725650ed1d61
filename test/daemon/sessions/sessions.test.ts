import { describe, expect, it } from 'vitest';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

const minute = 60_000;
const hour = 60 * minute;

const locked = refusal(401, 'unauthenticated');

async function opened(daemon: TestDaemon, token: string): Promise<boolean> {
  return (await daemon.request('/passwords', { token })).status === 200;
}

/** Whether the session is still there, asked in a way that is no use of it. */
async function lives(daemon: TestDaemon, token: string): Promise<boolean> {
  const { body } = await daemon.request('/status', { token });
  return typeof body === 'object' && body !== null && 'session' in body && body.session !== null;
}

describe('a session without use', () => {
  it('ends after 15 minutes', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    daemon.clock.advance(15 * minute - 1000);
    expect(await lives(daemon, token)).toBe(true);
    daemon.clock.advance(1000);
    expect(await daemon.request('/passwords', { token })).toMatchObject(locked);
    expect(daemon.sessions.count).toBe(0);
  });

  it('ends after the configured time instead', async () => {
    const daemon = await freshDaemon({ config: { session: { idleMinutes: 2 } } });
    const { token } = await daemon.addUser('alice');
    daemon.clock.advance(2 * minute);
    expect(await opened(daemon, token)).toBe(false);
  });

  it('ends although the clock was set back', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    daemon.clock.advance(15 * minute);
    daemon.clock.setWall(-24 * hour);
    expect(await opened(daemon, token)).toBe(false);
  });

  it('ends over a suspend, which stops the monotonic clock', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    daemon.clock.setWall(15 * minute);
    expect(await opened(daemon, token)).toBe(false);
  });

  it('is deleted by the timer, though nobody shows its token again', async () => {
    const daemon = await freshDaemon();
    await daemon.addUser('alice');
    daemon.sessions.sweep();
    expect(daemon.sessions.count).toBe(1);
    daemon.clock.advance(15 * minute);
    daemon.sessions.sweep();
    expect(daemon.sessions.count).toBe(0);
    expect(daemon.rests()).toBe(1);
  });
});

describe('the idle limit', () => {
  it.each([
    ['reading', '/passwords/here', {}],
    ['listing', '/passwords', {}],
    ['storing', '/passwords', { json: { name: 'another', password: 'p' } }],
    ['changing', '/passwords/ID', { method: 'PATCH', json: { notes: 'n' } }],
  ])('starts again with %s', async (_name, path, options) => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const id = textAt(await daemon.request('/passwords', { token, json: { name: 'here', password: 'p' } }), 'id');
    daemon.clock.advance(10 * minute);
    expect((await daemon.request(path.replace('ID', id), { token, ...options })).status).toBeLessThan(300);
    daemon.clock.advance(10 * minute);
    expect(await lives(daemon, token)).toBe(true);
  });

  it.each([
    ['status', '/status', {}],
    ['generating', '/generate', { json: {} }],
    ['a miss', '/passwords/nothing', {}],
    ['a refusal', '/passwords', { json: { name: 'x' } }],
    ['a stale change', '/passwords/ID', { method: 'PATCH', json: { notes: 'n' }, headers: { 'if-match': '"9"' } }],
    ['a request in the background', '/passwords', { headers: { 'vault-background': 'true' } }],
  ])('does not start again with %s', async (_name, path, options) => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const id = textAt(await daemon.request('/passwords', { token, json: { name: 'here', password: 'p' } }), 'id');
    daemon.clock.advance(10 * minute);
    await daemon.request(path.replace('ID', id), { token, ...options });
    daemon.clock.advance(5 * minute);
    expect(await lives(daemon, token)).toBe(false);
  });
});

it('a session in constant use ends after 12 hours', async () => {
  const daemon = await freshDaemon();
  const { token } = await daemon.addUser('alice');
  for (let passed = 0; passed < 12 * hour - 10 * minute; passed += 10 * minute) {
    daemon.clock.advance(10 * minute);
    expect(await opened(daemon, token)).toBe(true);
  }
  daemon.clock.advance(10 * minute);
  expect(await daemon.request('/passwords', { token })).toMatchObject(locked);
});

describe('a thousand sessions of one account', () => {
  it('are as many as there can be: one more ends the one that was unused longest', async () => {
    const daemon = await freshDaemon();
    const alice = await daemon.addUser('alice');
    const bob = await daemon.addUser('bob');
    daemon.clock.advance(1000);
    const unused = await alice.again();
    daemon.clock.advance(1000);
    expect(await opened(daemon, alice.token)).toBe(true);
    const authorized = await daemon.sessions.authorize(alice.token);
    if (authorized === null) throw new Error('no session');
    await daemon.sessions.use(authorized, { background: false }, async ({ userId, keys }) => {
      for (let i = 0; i < 999; i++) await daemon.sessions.begin({ id: userId, account: 'alice' }, keys);
    });
    expect(await opened(daemon, unused)).toBe(false);
    expect(await opened(daemon, alice.token)).toBe(true);
    expect(await opened(daemon, bob.token)).toBe(true);
    expect(daemon.sessions.count).toBe(1001);
  });
});

describe('lock', () => {
  it('makes the token worthless and says what the account still has', async () => {
    const daemon = await freshDaemon();
    const { token, again } = await daemon.addUser('alice');
    const other = await again();
    expect((await daemon.request('/lock', { token, method: 'POST' })).body).toEqual({ ended: 1, others: 1 });
    expect(await daemon.request('/lock', { token, method: 'POST' })).toMatchObject(locked);
    expect(await opened(daemon, token)).toBe(false);
    expect(await opened(daemon, other)).toBe(true);
    expect(daemon.rests()).toBe(0);
  });

  it('of a token that was used, and so is cached, holds too', async () => {
    const daemon = await freshDaemon();
    const { token, again } = await daemon.addUser('alice');
    await again();
    expect(await opened(daemon, token)).toBe(true);
    await daemon.request('/lock', { token, json: {} });
    expect(await opened(daemon, token)).toBe(false);
  });

  it('with "all" ends every session of the account, and nobody else’s', async () => {
    const daemon = await freshDaemon();
    const alice = await daemon.addUser('alice');
    const bob = await daemon.addUser('bob');
    const more = await alice.again();
    expect((await daemon.request('/lock', { token: alice.token, json: { all: true } })).body).toEqual({ ended: 2, others: 0 });
    expect(await opened(daemon, more)).toBe(false);
    expect(await opened(daemon, bob.token)).toBe(true);
    await daemon.request('/lock', { token: bob.token, json: {} });
    expect(daemon.rests()).toBe(1);
  });

  it('during a request lets it finish, and counts it as no use', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const session = await daemon.sessions.authorize(token);
    if (session === null) throw new Error('no session');
    await daemon.sessions.use(session, { background: false }, async () => {
      daemon.sessions.end(session, { all: false });
    });
    await expect(daemon.sessions.use(session, { background: false }, async () => undefined)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

describe('keys', () => {
  it('are open for one piece of work and zeroed after it, whether it succeeds or fails', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const session = await daemon.sessions.authorize(token);
    if (session === null) throw new Error('no session');
    const kept: Buffer[] = [];
    const zeroed = () => kept.every((key) => key.every((byte) => byte === 0));
    await daemon.sessions.use(session, { background: false }, async ({ keys }) => {
      kept.push(...Object.values(keys));
      expect(zeroed()).toBe(false);
    });
    expect(kept.length).toBe(5);
    expect(zeroed()).toBe(true);
    const failing = daemon.sessions.use(session, { background: false }, async ({ keys }) => {
      kept.push(...Object.values(keys));
      throw new Error('it failed');
    });
    await expect(failing).rejects.toThrow('it failed');
    expect(kept.length).toBe(10);
    expect(zeroed()).toBe(true);
  });

  it('of one session do not come from the token of another, even of the same account', async () => {
    const daemon = await freshDaemon();
    const { token, again } = await daemon.addUser('alice');
    const first = await daemon.sessions.authorize(token);
    const second = await daemon.sessions.authorize(await again());
    if (first === null || second === null) throw new Error('no session');
    const crossed = daemon.sessions.use({ ...first, token: second.token }, { background: false }, async () => undefined);
    await expect(crossed).rejects.toMatchObject({ code: 'vault_corrupt' });
  });
});

describe('a token', () => {
  it('of another daemon, of no daemon, cut, or in another scheme opens nothing', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const { token: foreign } = await (await freshDaemon()).addUser('alice');
    for (const authorization of [
      `Bearer ${foreign}`,
      'Bearer x',
      `Bearer ${token.slice(0, -1)}`,
      `Basic ${token}`,
      token,
      'Bearer',
      `Bearer ${token} ${token}`,
      '',
    ]) {
      expect(await daemon.request('/passwords', { headers: { authorization } })).toMatchObject(locked);
    }
    expect(await opened(daemon, token)).toBe(true);
  });

  it('works for several requests at once from the first on', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const answers = await Promise.all(Array.from({ length: 8 }, () => opened(daemon, token)));
    expect(answers).toEqual(answers.map(() => true));
  });
});

it('status tells a session when it ends, and is no use of it', async () => {
  const daemon = await freshDaemon();
  daemon.clock.stop();
  const { token } = await daemon.addUser('alice');
  const began = textAt(await daemon.request('/status', { token }), 'session', 'createdAt');
  daemon.clock.advance(5 * minute);
  const status = await daemon.request('/status', { token });
  expect(status.body).toMatchObject({ locked: false, session: { account: 'alice', createdAt: began } });
  const after = (key: string) => Date.parse(textAt(status, 'session', key)) - Date.parse(began);
  expect(after('idleExpiresAt')).toBe(15 * minute);
  expect(after('expiresAt')).toBe(12 * hour);
});
