import { describe, expect, it } from 'vitest';
import { VaultError } from '../../src/core/errors.ts';
import { protocolVersion } from '../../src/core/limits.ts';
import { version } from '../../src/core/version.ts';
import { toVaultError } from '../../src/daemon/errors.ts';
import { freshDaemon, refusal, textAt } from './test-daemon.ts';

const protectedRoutes = [
  ['POST', '/lock'],
  ['POST', '/passwords'],
  ['GET', '/passwords'],
  ['GET', '/passwords/x'],
  ['PATCH', '/passwords/x'],
  ['DELETE', '/passwords/x'],
  ['POST', '/rotations/x'],
  ['GET', '/rotations/x'],
  ['POST', '/rotations/x/commit'],
  ['DELETE', '/rotations/x'],
  ['GET', '/history/x'],
  ['POST', '/restore/x'],
  ['GET', '/trash'],
  ['DELETE', '/trash'],
  ['POST', '/imports'],
  ['POST', '/exports'],
  ['GET', '/attachments'],
  ['POST', '/attachments'],
  ['GET', '/attachments/x'],
  ['DELETE', '/attachments/x'],
  ['GET', '/credentials'],
  ['PUT', '/credentials'],
  ['POST', '/credentials/erase'],
  ['GET', '/ssh-keys'],
  ['POST', '/fingerprints'],
  ['PUT', '/users/me/password'],
  ['POST', '/users/me/recovery-kit'],
  ['POST', '/backups'],
  ['POST', '/tokens'],
  ['GET', '/tokens'],
  ['DELETE', '/tokens'],
  ['DELETE', '/tokens/x'],
  ['POST', '/confirm'],
  ['GET', '/log'],
  ['GET', '/log/verify'],
] as const;

describe.each(['socket', 'tcp'] as const)('through the %s', (way) => {
  it.each(protectedRoutes)('%s %s wants a token before it looks at anything else', async (method, path) => {
    const daemon = await freshDaemon();
    // Whatever touched data would fail now, in another way.
    await daemon.store.close();
    for (const body of ['{}', 'no JSON', undefined]) {
      if (method === 'GET' && body !== undefined) continue;
      const sent = body === undefined ? {} : { body };
      const answer = await daemon.request(path, { method, way, ...sent });
      expect(answer).toMatchObject(refusal(401, 'unauthenticated'));
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });
});

it('no protected route has been forgotten here', async () => {
  const daemon = await freshDaemon();
  const open = [
    'POST /users',
    'POST /recover',
    'POST /backups/verify',
    'POST /backups/restore',
    'POST /login',
    'POST /generate',
    'GET /status',
    'GET /openapi.json',
    'GET /docs',
    'GET /docs/:file',
  ];
  const routes = daemon.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
  const tested = protectedRoutes.map(
    ([method, path]) =>
      `${method} ${path.replace(/(?<=^\/(?:tokens|attachments|rotations|history|restore)\/)x/, ':id').replace('/x', '/:website')}`,
  );
  expect([...new Set(routes)].sort()).toEqual([...open, ...tested].sort());
});

describe('status', () => {
  it('tells everything through the socket', async () => {
    const daemon = await freshDaemon();
    await daemon.addUser('alice');
    expect((await daemon.request('/status')).body).toEqual({
      version,
      protocol: protocolVersion,
      daemon: {
        pid: 1,
        startedAt: '2026-01-01T00:00:00.000Z',
        socket: '/run/vault/daemon.sock',
        port: null,
        database: '/vault.db',
        sessions: 1,
      },
      accounts: ['alice'],
      locked: true,
      session: null,
    });
  });

  it('tells only the version through TCP, unless a valid token comes with the request', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const minimal = { version, protocol: protocolVersion };
    expect((await daemon.request('/status', { way: 'tcp' })).body).toEqual(minimal);
    expect((await daemon.request('/status', { way: 'tcp', token: `${token}x` })).body).toEqual(minimal);
    expect((await daemon.request('/status', { way: 'tcp', token })).body).toMatchObject({ accounts: ['alice'], locked: false });
  });
});

describe('generate', () => {
  it('needs no token and no body', async () => {
    const daemon = await freshDaemon();
    for (const sent of [{ method: 'POST' }, { json: {} }]) {
      expect(textAt(await daemon.request('/generate', sent), 'password').length).toBe(20);
    }
  });

  it('takes what a request leaves out from the configuration', async () => {
    const daemon = await freshDaemon({ config: { generate: { length: 31, symbols: false } } });
    expect((await daemon.request('/generate', { json: { digits: false } })).body).toEqual({
      password: expect.stringMatching(/^[A-Za-z]{31}$/) as string,
    });
  });

  it.each([{ length: 0 }, { length: 1025 }, { length: '20' }, { words: 65 }, { unknown: true }, { length: 4, minDigits: 5 }])(
    'refuses %j',
    async (json) => {
      const daemon = await freshDaemon();
      expect(await daemon.request('/generate', { json })).toMatchObject(refusal(400, 'invalid_request'));
    },
  );
});

it.each(['/generate', '/lock'])('POST %s takes no body that is larger than it needs', async (path) => {
  const daemon = await freshDaemon();
  const { token } = await daemon.addUser('alice');
  const body = JSON.stringify({ exclude: 'x'.repeat(64 * 1024) });
  expect(await daemon.request(path, { token, body })).toMatchObject(refusal(413, 'payload_too_large'));
});

describe('every answer', () => {
  it('says which daemon gives it, refusals included', async () => {
    const daemon = await freshDaemon();
    for (const [path, status] of [
      ['/status', 200],
      ['/passwords', 401],
      ['/nowhere', 404],
      ['/docs', 200],
    ] as const) {
      const answer = await daemon.request(path);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('vault-version')).toBe(version);
      expect(answer.headers.get('vault-protocol')).toBe(String(protocolVersion));
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is an error object where there is no such path, or no such method on it', async () => {
    const daemon = await freshDaemon();
    for (const path of ['/', '/nowhere', '/passwords/', '/passwords/a/b', '/users', '/users/me']) {
      const expected = path === '/users' ? 405 : 404;
      expect(await daemon.request(path), path).toMatchObject(refusal(expected, 'invalid_request'));
    }
    const answer = await daemon.request('/passwords/x', { method: 'POST', json: {} });
    expect(answer).toMatchObject(refusal(405, 'invalid_request'));
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'PATCH']);
  });

  it('leaves a line in the log with the route’s pattern, and never a name or a value', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    await daemon.request('/passwords', { token, json: { name: 'very-private', password: 'very-private' } });
    await daemon.request('/passwords/very-private?username=very-private', { token, way: 'tcp' });
    await daemon.request('/very-private', { token });
    const lines = daemon.log.requests.map(({ way, method, route, status, code }) => ({ way, method, route, status, code }));
    expect(lines).toEqual([
      { way: 'socket', method: 'POST', route: '/passwords', status: 201, code: undefined },
      { way: 'tcp', method: 'GET', route: '/passwords/:website', status: 404, code: 'entry_not_found' },
      { way: 'socket', method: 'GET', route: '-', status: 404, code: 'invalid_request' },
    ]);
    expect(JSON.stringify(daemon.log.requests)).not.toContain('private');
  });
});

describe('an error that nobody foresaw', () => {
  it('is answered as internal, without a word of what it says, and noted', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    await daemon.store.close();
    const answer = await daemon.request('/passwords/x', { token });
    expect(answer).toMatchObject(refusal(500, 'internal'));
    expect(answer.text).not.toMatch(/sqlite|database|closed|kysely/i);
    expect(daemon.log.defects.length).toBe(1);
  });

  it.each(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])('means a full disk where its code is %s', (code) => {
    const error = toVaultError(Object.assign(new Error('secret'), { code }));
    expect(error).toMatchObject({ code: 'storage_full' });
    expect(error.message).not.toContain('secret');
  });

  it('of our own stays what it is', () => {
    const error = new VaultError('vault_corrupt', 'damaged');
    expect(toVaultError(error)).toBe(error);
  });
});
