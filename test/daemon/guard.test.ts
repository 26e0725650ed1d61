import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isForeign } from '../../src/daemon/guard.ts';
import { refusal, startTestDaemon, type TestDaemon, type TestRequest } from './test-daemon.ts';

let daemon: TestDaemon;
const request = (path: string, options: TestRequest) => daemon.request(path, options);

beforeAll(async () => {
  daemon = await startTestDaemon();
});

afterAll(async () => {
  await daemon.close();
});

const ways = ['socket', 'tcp'] as const;

const welcome: [string, Record<string, string>][] = [
  ['a program that says nothing of itself', { host: 'localhost' }],
  ['localhost with a port', { host: 'localhost:8200' }],
  ['127.0.0.1', { host: '127.0.0.1' }],
  ['127.0.0.1 with a port', { host: '127.0.0.1:8200' }],
  [
    'the docs page itself',
    { host: '127.0.0.1:8200', origin: 'http://127.0.0.1:8200', referer: 'http://127.0.0.1:8200/docs', 'sec-fetch-site': 'same-origin' },
  ],
  ['an address typed into a browser', { host: 'localhost:8200', 'sec-fetch-site': 'none' }],
];

const foreign: [string, Record<string, string>][] = [
  ['another host', { host: 'evil.example' }],
  ['another host that begins like ours', { host: 'localhost.evil.example' }],
  ['another host that ends like ours', { host: 'evil-localhost' }],
  ['an address of the network', { host: '192.168.1.2:8200' }],
  ['all addresses', { host: '0.0.0.0:8200' }],
  ['localhost with a final dot', { host: 'localhost.' }],
  ['a user before the host', { host: 'evil@localhost' }],
  ['an empty host', { host: '' }],
  ['a page of another host', { host: 'localhost', origin: 'https://evil.example' }],
  ['a page without an origin', { host: 'localhost', origin: 'null' }],
  ['a page of this machine on another port', { host: 'localhost:8200', origin: 'http://localhost:3000' }],
  ['a page of this machine under its other name', { host: 'localhost:8200', origin: 'http://127.0.0.1:8200' }],
  ['a page of ours over another scheme', { host: 'localhost:8200', origin: 'https://localhost:8200' }],
  ['a referring page of another host', { host: 'localhost', referer: 'https://evil.example/' }],
  ['a referring page whose host begins like ours', { host: 'localhost', referer: 'http://localhost.evil.example/' }],
  ['a browser that calls it cross-site', { host: 'localhost', 'sec-fetch-site': 'cross-site' }],
  ['a browser that calls it same-site', { host: 'localhost', 'sec-fetch-site': 'same-site' }],
];

let owner: Promise<{ token: string }> | undefined;
const sessionOfItsOwner = async () => (await (owner ??= daemon.addUser('owner'))).token;

describe.each(ways)('the guard before the %s', (way) => {
  it.each(welcome)('lets through %s', async (_name, headers) => {
    expect((await request('/status', { way, headers })).status).toBe(200);
  });

  it.each(foreign)('refuses %s', async (_name, headers) => {
    const token = await sessionOfItsOwner();
    daemon.log.requests.length = 0;
    for (const path of ['/status', '/passwords', '/docs', '/openapi.json', '/nowhere']) {
      expect(await request(path, { way, headers, token })).toMatchObject(refusal(403, 'request_forbidden'));
    }
    expect(daemon.log.requests.length).toBe(5);
    expect(daemon.log.requests.every(({ code, route }) => code === 'request_forbidden' && !route.includes('nowhere'))).toBe(true);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'text/json',
  ])('refuses a body of type %s', async (type) => {
    const answer = await request('/generate', { way, body: '{}', headers: { 'content-type': type } });
    expect(answer).toMatchObject(refusal(400, 'invalid_request'));
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'takes a body of type %s',
    async (type) => {
      expect((await request('/generate', { way, body: '{}', headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  it('never says that other pages may read its answers', async () => {
    const answer = await request('/status', { way, headers: { origin: 'http://localhost' } });
    expect(answer.status).toBe(200);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'set-cookie')).toEqual([]);
    expect(await request('/passwords', { way, method: 'OPTIONS' })).toMatchObject(refusal(405, 'invalid_request'));
  });
});

it('takes a request without a host for foreign', () => {
  expect(isForeign({ host: undefined, origin: undefined, referer: undefined, fetchSite: undefined })).toBe(true);
});
