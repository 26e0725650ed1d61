import { randomBytes } from 'node:crypto';
import { createTokens } from '../../src/daemon/sessions/token.ts';
import { type Claims, forge, header, nearTokens, wrongClaims, wrongHeaders } from '../../test/daemon/sessions/forged.ts';
import type { Trial } from '../frame/trial.ts';
import { daemonInProcess } from '../support/in-process.ts';

export const tokens: Trial = {
  name: 'tokens',
  what: 'tokens with another algorithm, type, audience, issuer or expiry, with each claim missing, with every character changed, left out or doubled, non-canonical, after lock, of another daemon, for another session; sealed under the true key, so that the one fault is all that is wrong',
  passes: 'always 401, always the same body',
  run: async (run) => {
    const daemon = await daemonInProcess(run);
    const { token, again } = await daemon.addUser('alice');
    // A session of its own for what is made by hand: the daemon keeps one token for each.
    const { sessionId, secret } = (await createTokens(daemon.boot.token).read(await again(), Date.now())) ?? {};
    if (sessionId === undefined || secret === undefined) throw new Error('the true key does not read the token');
    const now = Math.floor(Date.now() / 1000);
    const claims: Claims = {
      sec: secret.toString('base64url'),
      iss: 'vaultd',
      aud: 'vault',
      jti: sessionId.toString('base64url'),
      iat: now,
      exp: now + 3600,
    };
    const under = daemon.boot.token;
    const show = async (shown: string) => await daemon.request('/passwords', { token: shown });
    // What the rest refuses, it refuses for its one fault.
    run.check((await show(token)).status === 200, 'the sound token is refused');
    run.check((await show(forge({ payload: claims, under }))).status === 200, 'the token made by hand to the letter is refused');

    const locked = await again();
    await daemon.request('/lock', { method: 'POST', token: locked });
    const strangers: [string, string][] = [
      ['after lock', locked],
      ['of another daemon', forge({ payload: claims, under: randomBytes(32) })],
      ['for a session that never was', forge({ payload: { ...claims, jti: randomBytes(16).toString('base64url') }, under })],
      ['under a shorter key', forge({ payload: claims, under: under.subarray(0, 16), protectedHeader: { ...header, enc: 'A128GCM' } })],
      ['longer than a kibibyte', forge({ payload: { ...claims, padding: 'x'.repeat(1024) }, under })],
      ...['', '.', '....', 'x', 'a.b.c', 'a.b.c.d.e', `${token}=`, `${token} x`, `${token}.`, `${token},${token}`].map(
        (text): [string, string] => [`that is ${JSON.stringify(text.slice(0, 8))}…`, text],
      ),
      ...wrongHeaders.map(([what, protectedHeader]): [string, string] => [
        `with ${what}`,
        forge({ protectedHeader, payload: claims, under }),
      ]),
      ...wrongClaims(claims).map(([what, change]): [string, string] => [
        `with ${what}`,
        forge({ payload: { ...claims, ...change }, under }),
      ]),
    ];
    const refusals = new Set<string>();
    const tryToken = async (kind: string, what: string, shown: string) => {
      const answer = await show(shown);
      run.tried(kind);
      refusals.add(answer.text);
      run.check(answer.status === 401, `a token ${what}: answered ${String(answer.status)}`);
    };
    for (const [what, shown] of strangers) await tryToken('rows', what, shown);
    const near = [...nearTokens(token)];
    for (const [what, shown] of run.full ? near : near.filter(() => run.random.chance(0.25))) await tryToken('near misses', what, shown);
    // The secret of one session never opens another's.
    const other = await createTokens(under).read(await again(), Date.now());
    const crossed = { ...claims, jti: other?.sessionId.toString('base64url') };
    await tryToken('rows', "with another session's id", forge({ payload: crossed, under }));
    run.check(refusals.size === 1, `there are ${String(refusals.size)} different refusals: ${[...refusals].slice(0, 3).join(' ')}`);
    run.check((await show(token)).status === 200, 'the sound token is refused afterwards');
  },
};
