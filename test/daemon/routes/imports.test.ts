import { expect, it } from 'vitest';
import { freshDaemon, refusal } from '../test-daemon.ts';

async function imported(lines: readonly (string | object)[], query = '') {
  const daemon = await freshDaemon();
  const { token } = await daemon.addUser('alice');
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const answer = await daemon.request(`/imports${query}`, { token, body, headers: { 'content-type': 'application/x-ndjson' } });
  const list = await daemon.request('/passwords', { token });
  return { answer, list: list.body };
}

it('brings in what comes line by line, blank lines and a missing last newline aside', async () => {
  const { answer, list } = await imported([{ name: 'a', password: '1' }, '', { name: 'b', notes: 'ü\n' }, '  ']);
  expect(answer).toMatchObject({ status: 200, body: { imported: 2, skipped: 0, conflicts: 0, problems: [] } });
  expect(list).toMatchObject([{ name: 'a' }, { name: 'b' }]);
});

it.each([
  ['no JSON', ['{"name":"a"}', 'nonsense-secret'], 400, 'invalid_request'],
  ['an unknown field', ['{"name":"a"}', '{"name":"b","wrong-secret":1}'], 400, 'invalid_request'],
  ['a refused name', ['{"name":"a"}', '{"name":".."}'], 400, 'invalid_request'],
  [
    'a text that is too large',
    ['{"name":"a"}', JSON.stringify({ name: 'b', notes: 'x'.repeat(1024 * 1024 + 1) })],
    413,
    'payload_too_large',
  ],
] as const)('with %s in a line brings nothing, and names the line', async (_, lines, status, code) => {
  const { answer, list } = await imported(lines);
  expect(answer).toMatchObject(refusal(status, code));
  expect(answer.body).toMatchObject({ error: { details: { line: 2 } } });
  expect(answer.text).not.toContain('secret');
  expect(list).toEqual([]);
});

it('only tries where it is asked to', async () => {
  const { answer, list } = await imported([{ name: 'a', password: '1' }], '?dryRun=true');
  expect(answer).toMatchObject({ status: 200, body: { imported: 1 } });
  expect(list).toEqual([]);
});

it('refuses an unknown policy', async () => {
  const { answer } = await imported([{ name: 'a' }], '?onConflict=guess');
  expect(answer).toMatchObject(refusal(400, 'invalid_request'));
});
