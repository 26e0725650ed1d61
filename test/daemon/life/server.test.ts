import { Agent } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Way } from '../../../src/daemon/environment.ts';
import { closeServer, createListener, type ListenerOptions } from '../../../src/daemon/life/server.ts';
import { listenOnPort, listenOnSocket } from '../../../src/daemon/life/socket.ts';
import { eventually } from '../../support/eventually.ts';
import { freshDaemon, type TestDaemon } from '../test-daemon.ts';
import { ask, exchange } from './http.ts';

type Options = Partial<Pick<ListenerOptions, 'admit' | 'timeouts'>>;

/** A real listener before the test daemon: where to connect to. */
async function listening(
  daemon: TestDaemon,
  way: Way,
  options: Options = {},
): Promise<{ socketPath: string } | { host: string; port: number }> {
  const server = createListener({ app: daemon.app, way, admit: () => true, ...options });
  onTestFinished(() => closeServer(server, 0));
  if (way === 'tcp') return { host: '127.0.0.1', port: await listenOnPort(server, 0) };
  const socketPath = join(daemon.directory, 'test.sock');
  await listenOnSocket(server, socketPath);
  return { socketPath };
}

const place = (where: Awaited<ReturnType<typeof listening>>) => ('socketPath' in where ? { path: where.socketPath } : where);

const json = { 'content-type': 'application/json' };

describe('a listener', () => {
  it('says which way a request came, whatever its headers say', async () => {
    const daemon = await freshDaemon();
    const tcp = await listening(daemon, 'tcp');
    const socket = await listening(daemon, 'socket');
    const headers = { ...json, 'x-forwarded-for': '127.0.0.1', way: 'socket', 'vault-way': 'socket', forwarded: 'for=_socket' };
    const body = '{"password":"p"}';
    expect((await ask({ ...tcp, path: '/users', method: 'POST', headers }, body)).status).toBe(403);
    expect(JSON.parse((await ask({ ...tcp, path: '/status', headers })).text)).not.toHaveProperty('daemon');
    expect((await ask({ ...socket, path: '/users', method: 'POST', headers: { ...headers, way: 'tcp' } }, body)).status).toBe(201);
  });

  it.each(['socket', 'tcp'] as const)('guards the %s against names that were pointed at it, in every form of a request', async (way) => {
    const where = await listening(await freshDaemon(), way);
    expect((await ask({ ...where, path: '/status', headers: { host: 'evil.example' } })).status).toBe(403);
    const raw = (lines: string[]) => exchange(place(where), [...lines, 'Connection: close', '', ''].join('\r\n'));
    expect(await raw(['GET /status HTTP/1.1'])).toMatch(/^HTTP\/1.1 400 [^]*\{"error":\{"code":"invalid_request"/);
    expect(await raw(['GET /status HTTP/1.0'])).not.toMatch(/^HTTP\/1.1 200 /);
    expect(await raw(['GET http://evil.example/status HTTP/1.1', 'Host: evil.example'])).toMatch(/^HTTP\/1.1 403 /);
    expect(await raw(['GET http://evil.example/status HTTP/1.1', 'Host: localhost'])).not.toMatch(/^HTTP\/1.1 200 /);
    expect(await raw(['GET /status HTTP/1.1', 'Host: localhost', 'Host: evil.example'])).not.toMatch(/^HTTP\/1.1 200 /);
    expect(await raw(['GET http://localhost/status HTTP/1.1', 'Host: localhost'])).toMatch(/^HTTP\/1.1 200 /);
    expect(await raw(['GET /status HTTP/1.1', 'Host: localhost'])).toMatch(/^HTTP\/1.1 200 /);
  });

  it('takes names with slashes, dots and other characters in its paths', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const where = await listening(daemon, 'socket');
    const headers = { ...json, authorization: `Bearer ${token}` };
    for (const name of ['work/db', '../x', 'a%2Fb', 'ü🔑', 'a b?c#d']) {
      await ask({ ...where, path: '/passwords', method: 'POST', headers }, JSON.stringify({ name, password: 'p' }));
      const found = await ask({ ...where, path: `/passwords/${encodeURIComponent(name)}`, headers });
      expect(JSON.parse(found.text)).toMatchObject({ name });
    }
  });

  it('answers 413 without reading on, whether or not the length is said', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const where = await listening(daemon, 'socket');
    const headers = { ...json, authorization: `Bearer ${token}` };
    const said = { ...headers, 'content-length': String(100 * 1024 * 1024 * 1024) };
    const announced = await exchange(
      place(where),
      [`POST /passwords HTTP/1.1`, 'Host: localhost', ...Object.entries(said).map(([k, v]) => `${k}: ${v}`), '', '{'].join('\r\n'),
    );
    expect(announced).toMatch(/^HTTP\/1.1 413 /);
    const endless = 'x'.repeat(9 * 1024 * 1024);
    const counted = await ask(
      { ...where, path: '/passwords', method: 'POST', headers: { ...headers, 'transfer-encoding': 'chunked' } },
      endless,
    );
    expect(counted.status).toBe(413);
    expect(JSON.parse(counted.text)).toMatchObject({ error: { code: 'payload_too_large' } });
  });

  it('zeroes the chunks of a password as node:http has read them', async () => {
    const daemon = await freshDaemon();
    const seen: Buffer[] = [];
    const where = await listening(daemon, 'socket');
    const login = daemon.passwords.login.bind(daemon.passwords);
    daemon.passwords.login = async (way, body) => {
      seen.push(...body);
      return await login(way, body);
    };
    await ask({ ...where, path: '/login', method: 'POST', headers: json }, '{"password":"p"}');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
  });

  it('answers what is no HTTP with an error object, and hangs up', async () => {
    const where = await listening(await freshDaemon(), 'tcp');
    const answer = await exchange(place(where), 'hello\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'invalid_request' } });
  });

  it('hangs up on who sends headers or a body too slowly', async () => {
    const timeouts = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
    const where = await listening(await freshDaemon(), 'tcp', { timeouts });
    for (const start of [
      'GET /status HTTP/1.1\r\nHost: localh',
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{',
    ]) {
      expect(await exchange(place(where), start)).not.toMatch(/ 200 /);
    }
  });

  it('lets an import take its time, once its token is known to be good', async () => {
    const daemon = await freshDaemon();
    const { token } = await daemon.addUser('alice');
    const where = await listening(daemon, 'socket', { timeouts: { requestTimeout: 1500 } });
    const slow = (authorization: string) => {
      const headers = [
        'Host: localhost',
        `Authorization: Bearer ${authorization}`,
        'Content-Type: application/x-ndjson',
        'Content-Length: 18',
      ];
      const socket = connect(place(where), () =>
        socket.write(['POST /imports HTTP/1.1', ...headers, 'Connection: close', '', '{"name":'].join('\r\n')),
      );
      setTimeout(() => socket.write('"patient"}'), 2500);
      return new Promise<string>((resolve) => {
        const chunks: Buffer[] = [];
        socket.on('data', (chunk) => chunks.push(chunk));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
      });
    };
    const [good, none] = await Promise.all([slow(token), slow('none')]);
    expect(good).toMatch(/^HTTP\/1.1 200 [^]*"imported":1/);
    expect(none).not.toMatch(/^HTTP\/1.1 200 /);
  });

  it('lets go of who says nothing and does not hang up', async () => {
    const daemon = await freshDaemon();
    const server = createListener({ app: daemon.app, way: 'tcp', admit: () => true, timeouts: { connectionsCheckingInterval: 50 } });
    onTestFinished(() => closeServer(server, 0));
    const where = { host: '127.0.0.1', port: await listenOnPort(server, 0) };
    const stubborn = Array.from({ length: 64 }, () => connect({ ...where, allowHalfOpen: true }).on('error', () => undefined));
    onTestFinished(() => stubborn.forEach((socket) => socket.destroy()));
    const answered = () =>
      ask({ ...where, path: '/status' }).then(
        () => true,
        () => false,
      );
    expect(await answered()).toBe(false);
    server.headersTimeout = 100;
    await eventually(answered, { what: 'there is room for others again' });
  });

  it('takes one request after the other, and hangs up on who sends the next before the answer', async () => {
    const daemon = await freshDaemon();
    const where = await listening(daemon, 'tcp');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (const path of [where, await listening(daemon, 'socket')]) {
      for (let i = 0; i < 30; i++) expect((await ask({ ...path, path: '/docs/swagger-ui-bundle.js', agent })).status).toBe(200);
    }
    const before = daemon.log.requests.length;
    await exchange(place(where), 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100));
    expect(daemon.log.requests.length - before).toBeLessThanOrEqual(1);
  });

  it('takes so many connections on TCP and no more, while the socket stays free', async () => {
    const daemon = await freshDaemon();
    const tcp = await listening(daemon, 'tcp');
    const socket = await listening(daemon, 'socket');
    const idle = Array.from({ length: 70 }, () => exchange(place(tcp), 'GET'));
    await expect(ask({ ...tcp, path: '/status' })).rejects.toThrow();
    expect((await ask({ ...socket, path: '/status' })).status).toBe(200);
    expect(idle.length).toBe(70);
  });

  it('turns away who comes while the daemon ends', async () => {
    const where = await listening(await freshDaemon(), 'socket', { admit: () => false });
    await expect(ask({ ...where, path: '/status' })).rejects.toThrow();
  });
});
