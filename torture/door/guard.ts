import { z } from 'zod';
import type { Trial } from '../frame/trial.ts';
import { codeOf } from '../support/client.ts';
import { DaemonHome } from '../support/daemon.ts';

/** What a request may say of where it comes from; undefined says nothing. Our own names are marked. */
const hosts: readonly { readonly value: string; readonly own: boolean; readonly malformed?: true }[] = [
  { value: 'localhost', own: true },
  { value: '127.0.0.1', own: true },
  { value: 'localhost:8200', own: true },
  { value: 'LOCALHOST:1', own: true },
  { value: 'evil.example', own: false },
  { value: 'localhost.evil.example', own: false },
  { value: 'evil-localhost', own: false },
  { value: 'localhost.', own: false },
  { value: '192.168.1.2:8200', own: false },
  { value: '0.0.0.0', own: false },
  { value: '[::1]:8200', own: false },
  { value: '127.0.0.1.nip.example', own: false },
  // No host at all: what makes a URL of it refuses first, with 400. (node:http sends no empty one: test/daemon/guard.test.ts tries that.)
  { value: 'evil@localhost', own: false, malformed: true },
];
const same = (host: string) => `http://${host}`;
const origins: readonly ((host: string) => string | undefined)[] = [
  () => undefined,
  same,
  (host) => `https://${host}`,
  () => 'null',
  () => 'https://evil.example',
  () => 'http://localhost:3000',
  (host) => `${same(host)}.evil.example`,
];
const referers: readonly ((host: string) => string | undefined)[] = [
  () => undefined,
  (host) => `${same(host)}/docs`,
  () => 'https://evil.example/',
  (host) => `${same(host)}.evil.example/`,
  (host) => `https://evil.example/?${same(host)}/`,
];
const sites = [undefined, 'same-origin', 'none', 'cross-site', 'same-site'];
const types = [
  'application/json',
  'application/json; charset=utf-8',
  undefined,
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=latin1',
  'text/json',
];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

const listed = z.array(z.object({ id: z.string() }));

export const guard: Trial = {
  name: 'guard',
  what: 'Host × Origin × Referer × Sec-Fetch-Site × content type × method, over socket and TCP, with a valid token',
  passes:
    'a foreign request is 403, a body that is not JSON is 400, and no handler runs: nothing is answered, nothing changes; no answer may be read by other pages',
  run: async (run) => {
    const home = new DaemonHome(run);
    await home.start({ tcp: true });
    const token = await home.create();
    const clients = [home.client(), home.client(1, home.tcp)];
    const [first] = clients;
    if (first === undefined) return;
    let added = 0;
    const attempt = async (
      choice: {
        host: (typeof hosts)[number];
        origin?: string | undefined;
        referer?: string | undefined;
        site?: string | undefined;
        type?: string | undefined;
        method: string;
      },
      client: (typeof clients)[number],
    ) => {
      const { host, origin, referer, site, type, method } = choice;
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const headers = Object.fromEntries(
        Object.entries({ host: host.value, origin, referer, 'sec-fetch-site': site, 'content-type': hasBody ? type : undefined }).flatMap(
          ([name, value]) => (value === undefined ? [] : [[name, value]]),
        ),
      );
      const body = hasBody ? { body: `{"name":"added-${String(added)}","password":"p"}` } : {};
      const answer = await client.send(method, '/passwords', { token, headers, ...body });
      run.tried('requests');
      const own =
        host.own &&
        (origin === undefined || origin === same(host.value)) &&
        (referer === undefined || referer.startsWith(`${same(host.value)}/`)) &&
        (site === undefined || site === 'same-origin' || site === 'none');
      const json = type === 'application/json' || type === 'application/json; charset=utf-8';
      const describe = () => `${method} ${JSON.stringify(headers)}: ${String(answer.status)} ${codeOf(answer) ?? ''}`;
      if (!own) {
        run.check(answer.status === 403 || (host.malformed === true && answer.status === 400), `foreign, and not refused: ${describe()}`);
      } else if (hasBody && !json) {
        run.check(answer.status === 400 && codeOf(answer) === 'invalid_request', `no JSON, and not refused: ${describe()}`);
      } else if (method === 'POST') {
        run.check(answer.status === 201, `our own, and refused: ${describe()}`);
        added += 1;
      } else run.check(answer.status === (method === 'GET' || method === 'HEAD' ? 200 : 405), `our own, and answered so: ${describe()}`);
    };
    const all = hosts.flatMap((host) =>
      origins.flatMap((origin) =>
        referers.flatMap((referer) =>
          sites.flatMap((site) =>
            types.flatMap((type) =>
              methods.map((method) => ({ host, origin: origin(host.value), referer: referer(host.value), site, type, method })),
            ),
          ),
        ),
      ),
    );
    for (const [at, choice] of all.entries()) {
      if (!run.hasTime()) break;
      // Own requests are rare in the product of all: the short run takes more of them.
      if (!run.full && !run.random.chance(choice.host.own ? 0.008 : 0.001)) continue;
      await attempt(choice, clients[at % 2] ?? first);
    }
    const there = listed.parse((await first.send('GET', '/passwords', { token })).body).length;
    run.check(there === added, `${String(added)} entries were added by our own requests, and ${String(there)} are there`);
  },
};
