import { describe, expect, it } from 'vitest';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

const password = 'the forgotten one';
const newPassword = 'the new one';

async function withKit() {
  const daemon = await freshDaemon();
  const created = await daemon.request('/users', { json: { password, recoveryKit: true } });
  const token = textAt(created, 'token');
  await daemon.request('/passwords', { token, json: { name: 'github.com', password: 'kept' } });
  return { daemon, token, kit: textAt(created, 'recoveryKit') };
}

const recover = (daemon: TestDaemon, json: object) => daemon.request('/recover', { json });
const login = (daemon: TestDaemon, given: string) => daemon.request('/login', { json: { password: given } });
const wrongKit = refusal(401, 'incorrect_password');

describe('a recovery kit', () => {
  it('sets a new password and opens the vault, ends sessions and tokens, and makes the next one', async () => {
    const { daemon, token, kit } = await withKit();
    const made = await daemon.request('/tokens', { token, json: { entries: ['github.com'], surviveLock: true, ttlSeconds: 600 } });
    const recovered = await recover(daemon, { recoveryKit: kit.toLowerCase().replaceAll('-', ' '), newPassword });
    expect(recovered).toMatchObject({ status: 200, body: { account: 'default', sessionsEnded: 1, copies: [] } });
    for (const ended of [token, textAt(made, 'token')]) {
      expect(await daemon.request('/passwords/github.com', { token: ended })).toMatchObject(refusal(401, 'unauthenticated'));
    }
    const fresh = textAt(recovered, 'token');
    expect((await daemon.request('/passwords/github.com', { token: fresh })).body).toMatchObject({ password: 'kept' });
    expect(await login(daemon, password)).toMatchObject(wrongKit);
    expect((await login(daemon, newPassword)).status).toBe(200);
    expect(await recover(daemon, { recoveryKit: kit, newPassword: 'again' })).toMatchObject(wrongKit);
    const next = await recover(daemon, { recoveryKit: textAt(recovered, 'recoveryKit'), newPassword: 'again' });
    expect(next.status).toBe(200);
    expect((await login(daemon, 'again')).status).toBe(200);
  });

  it('made later voids the earlier one, leaves sessions, and is made only with the password', async () => {
    const { daemon, token, kit } = await withKit();
    const make = (given: string) => daemon.request('/users/me/recovery-kit', { token, json: { password: given } });
    expect(await make('wrong')).toMatchObject(wrongKit);
    const later = textAt(await make(password), 'recoveryKit');
    expect(later).not.toBe(kit);
    expect((await daemon.request('/passwords', { token })).status).toBe(200);
    expect((await login(daemon, password)).status).toBe(200);
    expect(await recover(daemon, { recoveryKit: kit, newPassword })).toMatchObject(wrongKit);
    expect((await recover(daemon, { recoveryKit: later, newPassword })).status).toBe(200);
  });

  it('of a vault without one, and of another vault, opens nothing', async () => {
    const { kit } = await withKit();
    const { daemon, token, kit: own } = await withKit();
    expect(await recover(daemon, { recoveryKit: kit, newPassword })).toMatchObject(wrongKit);
    const json = { currentPassword: password, newPassword: password, rotateKeys: true };
    await daemon.request('/users/me/password', { method: 'PUT', token, json });
    expect(await recover(daemon, { recoveryKit: own, newPassword })).toMatchObject(wrongKit);
    expect((await login(daemon, password)).status).toBe(200);
  });

  it('is refused misread, and on TCP before anything is read; guesses have to wait', async () => {
    const { daemon, kit } = await withKit();
    const misread = kit.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const answer = await recover(daemon, { recoveryKit: misread, newPassword });
    expect(answer).toMatchObject(refusal(400, 'invalid_request'));
    expect(answer.text).not.toContain(misread.slice(0, 9));
    expect(await daemon.request('/recover', { json: { recoveryKit: kit, newPassword }, way: 'tcp' })).toMatchObject(
      refusal(403, 'request_forbidden'),
    );
    expect((await recover(daemon, { recoveryKit: kit, newPassword })).status).toBe(200);
    daemon.clock.stop();
    for (let i = 0; i < 5; i++) expect(await recover(daemon, { recoveryKit: kit, newPassword })).toMatchObject(wrongKit);
    expect(await recover(daemon, { recoveryKit: kit, newPassword })).toMatchObject(refusal(429, 'too_many_attempts'));
  });
});
