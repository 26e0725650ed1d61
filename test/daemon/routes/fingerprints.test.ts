import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { freshDaemon, refusal } from '../test-daemon.ts';

it('gives the same for the same, and to another account something else', async () => {
  const daemon = await freshDaemon();
  const [alice, bob] = [await daemon.addUser('alice'), await daemon.addUser('bob')];
  const references = [{ reference: 'vault://a/b', id: randomUUID(), value: 'secret' }];
  const ask = async (token: string) => (await daemon.request('/fingerprints', { token, json: { references } })).body;
  const first = await ask(alice.token);
  expect(first).toEqual([
    { reference: expect.stringMatching(/^[\w-]{22}$/) as string, value: expect.stringMatching(/^[\w-]{43}$/) as string },
  ]);
  expect(await ask(alice.token)).toEqual(first);
  expect(await ask(bob.token)).not.toEqual(first);
});

it('wants what it is asked about to be whole', async () => {
  const daemon = await freshDaemon();
  const { token } = await daemon.addUser('alice');
  const wrong = { references: [{ reference: 'vault://a/b', id: 'x', value: 'secret' }] };
  expect(await daemon.request('/fingerprints', { token, json: wrong })).toMatchObject(refusal(400, 'invalid_request'));
});
