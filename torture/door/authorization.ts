import { randomUUID } from 'node:crypto';
import type { Trial } from '../frame/trial.ts';
import type { TestAnswer, TestDaemon, TestRequest } from '../../test/daemon/test-daemon.ts';
import { textAt } from '../../test/daemon/test-daemon.ts';
import { daemonInProcess } from '../support/in-process.ts';
import { type About, type Row, rows } from './routes.ts';

const ways = ['socket', 'tcp'] as const;
const marks = { alice: 'private-to-alice', mallory: 'private-to-mallory' } as const;
type Account = keyof typeof marks;

/** An account with a fresh session and a fresh entry: a request may end the one and change the other. */
interface Party extends About {
  readonly token: string;
  /** A token for this one entry. */
  readonly scoped: string;
}

/** "METHOD /path" of everything that is routed. */
function routed(daemon: TestDaemon): string[] {
  return [...new Set(daemon.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`))];
}

export const authorization: Trial = {
  name: 'authorization',
  what: 'every route × every kind of caller (nobody, a token that is none, one after lock, a scoped one, the owner, another account; socket and TCP) × an entry that is their own, foreign, absent; generated from the routes',
  passes:
    'nobody without a valid token gets further than 401; foreign and absent entries are the same 404; a scoped token reads its entries and nothing else; nothing of another account is ever in an answer or changed; a route without a row fails',
  run: async (run) => {
    const daemon = await daemonInProcess(run);
    const accounts = { alice: await daemon.addUser('alice'), mallory: await daemon.addUser('mallory') };
    let made = 0;
    const party = async (account: Account): Promise<Party> => {
      const token = await accounts[account].again();
      const name = `${marks[account]}-${String(made++)}`;
      const host = `${name}.example`;
      const json = { name, username: marks[account], password: marks[account], urls: [`https://${host}`] };
      const entry = textAt(await daemon.request('/passwords', { token, json }), 'id');
      const file = { token, body: marks[account], headers: { 'content-type': 'application/octet-stream' } };
      const attachment = textAt(await daemon.request(`/attachments?entry=${entry}&name=file`, file), 'attachment', 'id');
      // A new password that waits: there is something to read, to commit and to give up.
      await daemon.request(`/rotations/${entry}`, { token, json: {} });
      return {
        token,
        entry,
        host,
        attachment,
        scoped: textAt(await daemon.request('/tokens', { token, json: { entries: [entry] } }), 'token'),
      };
    };
    const ask = async (route: string, row: Row, about: About, how: Pick<TestRequest, 'way' | 'token'>): Promise<TestAnswer> => {
      const [method = ''] = route.split(' ');
      const { path, ...sending } = row.request(about);
      run.tried('requests');
      return await daemon.request(path, { method, ...sending, ...how });
    };
    const absent: About = { entry: randomUUID(), host: 'absent.example', attachment: randomUUID() };
    const refusals = new Set<string>();
    for (const route of routed(daemon)) {
      const row = rows[route];
      run.tried('routes');
      if (row === undefined) {
        run.failed(`${route} has no row in torture/door/routes.ts`);
        continue;
      }
      // Whether an entry is foreign or absent, by whichever way it is asked for, must not show.
      const missing = new Set<string>();
      for (const way of ways) {
        const own = await party('alice');
        const foreign = await party('mallory');
        const locked = await party('alice');
        await daemon.request('/lock', { method: 'POST', token: locked.token });
        const check = (holds: boolean, what: string, answer: TestAnswer) =>
          run.check(holds, `${route} through ${way}, ${what}: ${String(answer.status)} ${answer.text.slice(0, 120)}`);
        if (row.needs !== 'nothing' && row.needs !== 'socket') {
          for (const [who, token] of [
            ['nobody', undefined],
            ['a token that is none', 'x'.repeat(400)],
            ['a token after lock', locked.token],
          ] as const) {
            const answer = await ask(route, row, own, token === undefined ? { way } : { way, token });
            check(answer.status === 401, who, answer);
            refusals.add(answer.text);
          }
          const others = { foreign, absent };
          for (const [whose, about] of row.concerns === 'entry' ? Object.entries(others) : []) {
            const answer = await ask(route, row, about, { way, token: own.token });
            check(answer.status === 404, `an entry that is ${whose}`, answer);
            missing.add(answer.text);
          }
        }
        if (row.needs === 'token') {
          const another = await party('alice');
          const scoped = await ask(route, row, own, { way, token: own.scoped });
          check(row.scoped === true ? row.reached(scoped) : scoped.status === 403, 'a scoped token, for its entry', scoped);
          for (const about of row.concerns === 'entry' ? [another, foreign, absent] : []) {
            const refused = await ask(route, row, about, { way, token: own.scoped });
            check(refused.status === (row.scoped === true ? 404 : 403), 'a scoped token, for another entry', refused);
          }
        }
        const answer = await ask(route, row, own, row.needs === 'token' ? { way, token: own.token } : { way });
        const welcome = (row.needs !== 'socket' && row.socketOnly !== true) || way === 'socket';
        check(welcome ? row.reached(answer) : answer.status === 403, welcome ? 'who may' : 'who may not', answer);
        check(!answer.text.includes(marks.mallory), "something of another account's", answer);
        const still = await daemon.request(`/passwords/${foreign.entry}`, { token: foreign.token });
        check(
          textAt(still, 'password') === marks.mallory && textAt(still, 'username') === marks.mallory,
          'a foreign entry was changed',
          still,
        );
      }
      run.check(missing.size <= 1, `${route}: what is foreign is told from what is absent: ${[...missing].join(' ')}`);
    }
    run.check(refusals.size === 1, `refusals differ: ${[...refusals].join(' ')}`);
    for (const route of Object.keys(rows)) run.check(routed(daemon).includes(route), `the row of ${route} is of no route`);
  },
};
