import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { eventually } from '../../test/support/eventually.ts';
import { listEntries } from '../../test/daemon/vault/list-entries.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome } from '../support/daemon.ts';
import { withOpenHome } from '../support/open-home.ts';
import { Browser, type Page } from './browser.ts';
import { hostilePage } from './hostile-page.ts';

const name = 'evil.test';
const secret = 'the secret of the entry';
const readings = z.array(z.tuple([z.string(), z.number(), z.string()]));
const created = z.object({ id: z.string() });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ security: z.array(z.unknown()).optional() }))) });

/** A server of a page that is not ours, at a port that others may have afterwards. */
async function servePage(run: Run): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server: Server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<!doctype html><title>a page of somebody else</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the page has no port');
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  run.atEnd(close);
  return { port: address.port, close };
}

/** What came through the port, by the daemon's own log. */
function received(home: DaemonHome): { method: string; answer: string }[] {
  const log = readFileSync(home.path('daemon.log'), 'utf8');
  return [...log.matchAll(/ tcp (\w+) (\S+ \d+) /g)].map(([, method = '', answer = '']) => ({ method, answer }));
}

async function attack(run: Run, page: Page, home: DaemonHome, given: { bases: string[]; token: string; id: string }): Promise<void> {
  const answer = await page.evaluate(`(${hostilePage})(${JSON.stringify({ ...given, full: run.full })})`);
  for (const [what, status, text] of readings.parse(answer)) {
    const refused = status === 403 || (status === 0 && (text === '' || text.includes('request_forbidden')));
    run.check(refused, `${what}: the page could read ${String(status)} ${text.slice(0, 100)}`);
    run.check(!text.includes(secret), `${what}: the page could read a password`);
  }
  // A page that goes there itself, and whoever follows a link.
  await page.evaluate(`void (location.href = ${JSON.stringify(`${given.bases[0] ?? ''}/passwords`)})`);
  const shown = async () => String(await page.evaluate('document.documentElement.textContent').catch(() => ''));
  await eventually(async () => (await shown()).includes('request_forbidden'), { what: 'the page that navigates is refused' });
  await eventually(() => received(home).length > 0, { what: 'the log is written' });
}

/** Our own page: nothing foreign is loaded, and the routes that want a token have a lock, no others. */
async function lookAtDocs(run: Run, browser: Browser, origin: string): Promise<void> {
  const page = await browser.open(`${origin}/docs`);
  await eventually(async () => Number(await page.evaluate("document.querySelectorAll('.opblock').length")) > 0, {
    what: 'the docs page shows routes',
  });
  const { paths } = document.parse(await page.evaluate("fetch('/openapi.json').then((answer) => answer.json())"));
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const locked = operations.filter(({ security = [] }) => security.length > 0).length;
  const shown = await page.evaluate("['.opblock', '.opblock .authorization__btn'].map((each) => document.querySelectorAll(each).length)");
  run.check(
    JSON.stringify(shown) === JSON.stringify([operations.length, locked]),
    `the docs page shows ${JSON.stringify(shown)} routes and locks, and there are ${String(operations.length)} and ${String(locked)}`,
  );
  for (const url of page.requests) run.check(url.startsWith(`${origin}/`) || url.startsWith('data:'), `the docs page loads ${url}`);
  run.check(
    page.requests.some((url) => url.endsWith('.css')),
    'nobody sees what the docs page loads: this trial sees nothing',
  );
  run.tried('loads of our own docs page', page.requests.length);
}

export const rebinding: Trial = {
  name: 'rebinding',
  what: 'pages of somebody else in a real browser (Chromium), one of them under a name that leads to the daemon afterwards (DNS rebinding), with a valid token: fetch of every method, mode and content type, forms, frames, images, scripts, styles, workers, WebSocket, EventSource, beacons, windows, navigation; and our own docs page',
  passes:
    'all 403, no handler runs, nothing changes, no answer but the refusal can be read; the docs page loads nothing foreign and shows a lock at each protected route',
  impossible: () => (spawnSync('chromium', ['--version']).status === 0 ? null : 'there is no Chromium (apt-get install chromium)'),
  run: async (run) => {
    const [rebound, foreign] = [await servePage(run), await servePage(run)];
    const browser = new Browser(run, name);
    const page = await browser.open(`http://${name}:${String(rebound.port)}/`);
    await eventually(async () => String(await page.evaluate('document.title')).includes('somebody else'), { what: 'the page is there' });
    // The name's address changes hands, and with it the page's own origin.
    await rebound.close();
    const home = new DaemonHome(run);
    await home.start({ tcp: rebound.port });
    const token = await home.create();
    const json = { name: 'github.com', password: secret };
    const { id } = created.parse((await home.client().send('POST', '/passwords', { token, json })).body);
    const bases = [name, '127.0.0.1', 'localhost'].map((host) => `http://${host}:${String(rebound.port)}`);
    await attack(run, page, home, { bases, token, id });
    const other = await browser.open(`http://${name}:${String(foreign.port)}/`);
    await eventually(async () => String(await other.evaluate('document.title')).includes('somebody else'), {
      what: 'the other page is there',
    });
    await attack(run, other, home, { bases: bases.toReversed(), token, id });

    await home.client().send('GET', '/status');
    await eventually(() => readFileSync(home.path('daemon.log'), 'utf8').includes('socket GET /status'), { what: 'the log is written' });
    const all = received(home);
    run.tried('requests of pages that reached the daemon', all.length);
    // Where a refusal is the page that is shown, the browser asks its host for an icon: no route is there.
    const others = all
      .filter(({ answer }) => !answer.endsWith(' 403') && answer !== '- 404')
      .map(({ method, answer }) => `${method} ${answer}`);
    run.check(others.length === 0, `answered otherwise than 403: ${[...new Set(others)].join(', ')}`);
    const methods = new Set(all.map(({ method }) => method));
    run.check(methods.size === 7, `only ${[...methods].join(', ')} reached the daemon: this trial sees too little`);

    await lookAtDocs(run, browser, bases[1] ?? '');
    await home.stop();
    await withOpenHome(home.directory, async ({ context, caller }) => {
      const entries = await listEntries(context, caller, {});
      run.check(entries.length === 1 && entries[0]?.revision === 1, 'a page has changed the vault');
    });
  },
};
