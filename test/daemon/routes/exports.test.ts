import { expect, it } from 'vitest';
import { exportedLine } from '../../../src/core/entry/export.ts';
import { freshDaemon, refusal } from '../test-daemon.ts';

/** A daemon with so many entries of one user. */
async function filled(count: number) {
  const daemon = await freshDaemon();
  const { token } = await daemon.addUser('alice');
  const body = Array.from({ length: count }, (_, i) => JSON.stringify({ name: `site ${String(i)}`, password: 'p', trashed: i === 0 })).join(
    '\n',
  );
  const { status } = await daemon.request('/imports', { token, body, headers: { 'content-type': 'application/x-ndjson' } });
  expect(status).toBe(200);
  return { daemon, token };
}

const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

it('answers a line for each entry, as its schema says', async () => {
  const { daemon, token } = await filled(5);
  const answer = await daemon.request('/exports', { method: 'POST', token });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  expect(
    lines(answer.text)
      .map((line) => exportedLine.parse(line).name)
      .sort(),
  ).toEqual(['site 1', 'site 2', 'site 3', 'site 4']);
  expect(lines((await daemon.request('/exports?trash=true', { method: 'POST', token })).text)).toHaveLength(5);
});

it('of an empty vault is empty, and refuses what it does not know', async () => {
  const { daemon, token } = await filled(0);
  expect(await daemon.request('/exports', { method: 'POST', token })).toMatchObject({ status: 200, text: '' });
  expect(await daemon.request('/exports?trash=maybe', { method: 'POST', token })).toMatchObject(refusal(400, 'invalid_request'));
});

it('reads on as the client does, and ends with an error where the vault is locked on the way', async () => {
  const { daemon, token } = await filled(200);
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const answer = await daemon.app.request('/exports', { method: 'POST', headers }, { way: 'socket' });
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(lines(Buffer.from(first?.value ?? []).toString()).length).toBeLessThan(100);
  await daemon.request('/lock', { token, json: {} });
  const rest = await reader?.read();
  expect(lines(Buffer.from(rest?.value ?? []).toString())).toMatchObject([{ error: { code: 'unauthenticated' } }]);
  expect((await reader?.read())?.done).toBe(true);
});
