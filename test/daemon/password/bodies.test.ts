import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon, textAt } from '../test-daemon.ts';

let daemon: TestDaemon;
let token: string;

beforeAll(async () => {
  daemon = await startTestDaemon();
  ({ token } = await daemon.addUser('alice'));
});

afterAll(async () => {
  await daemon.close();
});

const secret = 'hunter2-typed-by-mistake';

/** Bodies that are wrong in the same way for each route that takes a password. */
const malformed: [string, string | Uint8Array<ArrayBuffer>][] = [
  ['nothing', ''],
  ['no JSON', `{"password":"${secret}"`],
  ['bytes that are no UTF-8', new Uint8Array([...Buffer.from(`{"password":"${secret}`), 0xff, ...Buffer.from('"}')])],
  ['a list', `["${secret}"]`],
  ['a text', `"${secret}"`],
  ['null', 'null'],
  ['no password', '{}'],
  ['an unknown field', `{"password":"p","currentPassword":"p","newPassword":"p","${secret}":1}`],
];

const routes = [
  ['POST', '/users'],
  ['POST', '/login'],
  ['PUT', '/users/me/password'],
] as const;

describe.each(routes)('%s %s', (method, path) => {
  it.each(malformed)('refuses %s, and repeats nothing of it', async (_name, body) => {
    const answer = await daemon.request(path, { method, token, body });
    expect(answer).toMatchObject(refusal(400, 'invalid_request'));
    expect(answer.text).not.toContain(secret);
  });

  it('refuses a body above 64 KiB', async () => {
    const body = JSON.stringify({ password: 'x'.repeat(64 * 1024) });
    expect(await daemon.request(path, { method, token, body })).toMatchObject(refusal(413, 'payload_too_large'));
    const headers = { 'content-length': String(10 * 1024 * 1024) };
    expect(await daemon.request(path, { method, token, body: '{}', headers })).toMatchObject(refusal(413, 'payload_too_large'));
  });
});

it.each([
  ['empty', ''],
  ['longer than 1024 bytes', 'x'.repeat(1025)],
  ['longer than 1024 bytes after NFKC', '\ufdfa'.repeat(40)],
  ['with a zero character', 'a\0b'],
])('a master password that is %s is refused before anything is derived', async (_name, password) => {
  expect(await daemon.request('/users', { json: { account: 'new', password } })).toMatchObject(refusal(400, 'invalid_request'));
  expect(await daemon.request('/login', { json: { account: 'alice', password } })).toMatchObject(refusal(400, 'invalid_request'));
  const json = { currentPassword: 'something', newPassword: password };
  expect(await daemon.request('/users/me/password', { method: 'PUT', token, json })).toMatchObject(refusal(400, 'invalid_request'));
});

it('a master password with an unpaired surrogate is refused', async () => {
  const body = String.raw`{"account":"new","password":"a\ud800b"}`;
  expect(await daemon.request('/users', { body })).toMatchObject(refusal(400, 'invalid_request'));
});

it.each([
  ['empty', ''],
  ['blank', '  '],
  ['with a space before it', ' a'],
  ['with a newline', 'a\nb'],
  ['longer than 128 bytes', 'a'.repeat(129)],
])('an account whose name is %s is refused', async (_name, account) => {
  const answer = await daemon.request('/users', { json: { account, password: 'p' } });
  expect(answer).toMatchObject(refusal(400, 'invalid_request'));
  expect(textAt(answer, 'error', 'message')).toMatch(/^account: must /);
});

it('the chunks of a body are zeroed, whatever becomes of the request', async () => {
  const bodies = [{ password: 'p', account: 'zeroed' }, { password: 'p', account: 'zeroed' }, { wrong: 'p' }].map((json) => [
    Buffer.from(JSON.stringify(json).slice(0, 9)),
    Buffer.from(JSON.stringify(json).slice(9)),
  ]);
  const outcomes = await Promise.allSettled(bodies.map((body) => daemon.passwords.createUser('socket', body)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(bodies.flat().every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
});

it('those of a body that finds no place are zeroed too', async () => {
  const bodies = Array.from({ length: 6 }, () => [Buffer.from('{"account":"alice","password":"wrong"}')]);
  const outcomes = await Promise.allSettled(bodies.map((body) => daemon.passwords.login('tcp', body)));
  const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : null));
  expect(codes.filter((code) => code === 'incorrect_password').length).toBe(5);
  expect(codes.filter((code) => code === 'too_many_attempts').length).toBe(1);
  expect(bodies.flat().every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
});
