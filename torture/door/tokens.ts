import { randomBytes, randomUUID } from 'node:crypto';
import { createTokens } from '../../src/daemon/sessions/token.ts';
import { type Claims, forge, header, nearTokens, wrongClaims, wrongHeaders } from '../../test/daemon/sessions/forged.ts';
import { type TestDaemon, textAt } from '../../test/daemon/test-daemon.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { daemonInProcess } from '../support/in-process.ts';

/** The sound token with one part of it replaced: its lengths are part of what is checked. */
function* malformed(token: string): Generator<[string, string]> {
  const parts = token.split('.');
  const bytesOf = (part: number) => Buffer.from(parts[part] ?? '', 'base64url');
  const [nonce, tag] = [bytesOf(2), bytesOf(4)];
  for (const length of [0, 4, 8, 12, 15]) {
    yield [`with a tag of ${String(length)} bytes`, parts.with(4, tag.toString('base64url', 0, length)).join('.')];
  }
  for (const part of [nonce.subarray(0, 8), Buffer.concat([nonce, Buffer.alloc(4)])]) {
    yield [`with a nonce of ${String(part.length)} bytes`, parts.with(2, part.toString('base64url')).join('.')];
  }
  yield ['with an encrypted key', parts.with(1, 'AAAA').join('.')];
  yield ['without content', parts.with(3, '').join('.')];
  yield ['with its parts turned around', parts.toReversed().join('.')];
  const signed = [{ alg: 'none' }, { sub: 'alice' }].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'));
  yield ['that is signed by nobody', `${signed.join('.')}.`];
}

/** Tokens for single entries: what is next to one, what has ended, and what is not in its scope. */
async function tryScoped(run: Run, daemon: TestDaemon, token: string, refusal: string): Promise<void> {
  const add = async (name: string) => textAt(await daemon.request('/passwords', { token, json: { name, password: 'p' } }), 'id');
  const [entry, other] = [await add('in scope'), await add('out of scope')];
  const make = async (more: object) => await daemon.request('/tokens', { token, json: { entries: [entry], ...more } });
  const show = async (shown: string, id = entry) => await daemon.request(`/passwords/${id}`, { token: shown });
  const refused = async (kind: string, what: string, shown: string) => {
    const answer = await show(shown);
    run.tried(kind);
    run.check(answer.status === 401 && answer.text === refusal, `a scoped token ${what}: answered ${String(answer.status)} ${answer.text}`);
  };
  for (const kind of [{}, { surviveLock: true, ttlSeconds: 3600 }]) {
    const made = await make(kind);
    const sound = textAt(made, 'token');
    const another = textAt(await make(kind), 'token');
    const [prefix = '', payload = ''] = sound.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    const mixed = Buffer.concat([Buffer.from(another.split('.')[1] ?? '', 'base64url').subarray(0, 16), bytes.subarray(16)]);
    run.check((await show(sound)).status === 200, `the sound scoped token is refused: ${(await show(sound)).text}`);
    await refused('rows', 'of the other kind', `${prefix === 'vault1' ? 'scoped1' : 'vault1'}.${payload}`);
    await refused('rows', "with another token's id", `${prefix}.${mixed.toString('base64url')}`);
    await refused('rows', 'that never was', `${prefix}.${run.random.bytes(48).toString('base64url')}`);
    for (const [what, shown] of nearTokens(sound)) if (run.full || run.random.chance(0.1)) await refused('near misses', what, shown);
    for (const id of [other, randomUUID()]) {
      run.tried('rows');
      run.check((await show(sound, id)).status === 404, 'a scoped token tells of what is not in its scope');
    }
    const revoked = await daemon.request(`/tokens/${textAt(made, 'id')}`, { method: 'DELETE', token });
    run.check(revoked.status === 200, `a token cannot be revoked: ${revoked.text}`);
    await refused('rows', 'after it was revoked', sound);
    const once = textAt(await make({ ...kind, uses: 1 }), 'token');
    const atOnce = await Promise.all([once, once, once].map((shown) => show(shown)));
    run.check(atOnce.filter(({ status }) => status === 200).length === 1, 'a token for one use was used otherwise by three at once');
    await refused('rows', 'that is used up', once);
    const brief = textAt(await make({ ...kind, ttlSeconds: 60 }), 'token');
    daemon.clock.advance(60_000);
    await refused('rows', 'that is over', brief);
  }
}

export const tokens: Trial = {
  name: 'tokens',
  what: 'tokens with another algorithm, type, audience, issuer or expiry, with each claim missing, with every character changed, left out or doubled, non-canonical, after lock, of another daemon, for another session; sealed under the true key, so that the one fault is all that is wrong; tokens for single entries, next to sound ones, revoked, used up, over, out of their scope',
  passes: 'always 401, always the same body; 404 for what a scope does not hold',
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
      ...malformed(token),
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
    await tryScoped(run, daemon, token, [...refusals][0] ?? '');
  },
};
