/*
 * Makes the frozen vault of a release: `node scripts/run.js test/vectors/freeze.ts test/vectors/frozen-VERSION`. Run it once for
 * a release that changes the format, and never again: every later version must open what is there, and answer as it was answered then.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startTestDaemon, textAt, type TestRequest } from '../daemon/test-daemon.ts';

const [, , named] = process.argv;
if (named === undefined) throw new Error('name the directory to make');
const directory = resolve(named);
mkdirSync(directory);
const daemon = await startTestDaemon({ directory });

async function ask(path: string, options: TestRequest = {}) {
  const answer = await daemon.request(path, options);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  return answer;
}

const password = 'frozen Zu\u0308rich \ufb01ve 🔑';
const created = await ask('/users', { json: { password, recoveryKit: true } });
const token = textAt(created, 'token');
const add = async (json: object, as = token) => textAt(await ask('/passwords', { token: as, json }), 'id');
const patch = async (id: string, json: object) => await ask(`/passwords/${id}`, { method: 'PATCH', token, json });
const attach = async (id: string, name: string, body: Uint8Array<ArrayBuffer>) =>
  textAt(
    await ask(`/attachments?entry=${id}&name=${encodeURIComponent(name)}`, {
      token,
      body,
      headers: { 'content-type': 'application/octet-stream' },
    }),
    'attachment',
    'id',
  );

const first = await add({ name: 'github.com', username: 'me@example.com', password: 'first', urls: ['https://github.com/login'] });
const second = await add({
  name: 'work/db “main” 🗄',
  username: null,
  password: 'p"ä\nss',
  urls: ['https://db.example.co.uk:8443/', 'postgres://db.example.co.uk'],
  totp: 'otpauth://totp/db?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8',
  notes: 'line one\nline two\n'.repeat(400),
  fields: [
    { name: 'dsn', value: 'postgres://u:p@h/d', hidden: true },
    { name: 'port', value: '5432', hidden: false },
  ],
  tags: ['work/servers', 'été'],
});
await patch(second, { password: 'second', notes: 'short' });
await patch(second, { name: 'work/db' });
// Two chunks; an empty file; one that was taken off again, which an earlier revision still lists.
const file = await attach(
  second,
  'größe.bin',
  Uint8Array.from({ length: 70_000 }, (_, i) => 32 + ((i * 7) % 95)),
);
const empty = await attach(first, 'empty', new Uint8Array());
const removed = await attach(first, 'gone.txt', Uint8Array.from(Buffer.from('an attachment of an earlier revision')));
await ask(`/attachments/${removed}?entry=${first}`, { method: 'DELETE', token });
// A new password that waits.
await ask(`/rotations/${first}`, { token, json: {} });
const trashed = await add({ name: 'gone', password: 'in the trash' });
await ask(`/passwords/${trashed}`, { method: 'DELETE', token });
for (let i = 0; i < 3; i++) await add({ name: `site${String(i)}.example`, username: `u${String(i)}`, password: `p${String(i)}` });
const other = textAt(await ask('/users', { json: { account: 'zoë', password: 'another password' } }), 'token');
await add({ name: 'github.com', password: 'zoë’s' }, other);

const scoped = textAt(
  await ask('/tokens', { token, json: { entries: ['work/db'], surviveLock: true, ttlSeconds: 366 * 86_400 } }),
  'token',
);
await ask('/passwords/work%2Fdb', { token: scoped });
const reads = [
  ...[first, second].flatMap((id) => [`/passwords/${id}`, `/history/${id}`, `/attachments?entry=${id}`]),
  `/attachments/${file}?entry=${second}`,
  `/attachments/${empty}?entry=${first}`,
  `/rotations/${first}`,
  '/trash',
  '/tokens',
  '/passwords',
];
const answers: { path: string; body: unknown }[] = [];
// Of what is no JSON, its digest.
for (const path of reads) {
  const { text, body } = await ask(path, { token });
  answers.push({ path, body: body ?? createHash('sha256').update(text).digest('hex') });
}
const entries = await Promise.all([first, second].map(async (id) => (await ask(`/passwords/${id}`, { token })).body));
const { body: log } = await ask('/log', { token });
const expected = {
  at: daemon.clock.wall(),
  password,
  kit: textAt(created, 'recoveryKit'),
  count: 5,
  trashed,
  entries,
  scoped,
  answers,
  log,
};
writeFileSync(join(directory, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
await daemon.endLog();
await daemon.store.close();
rmSync(join(directory, 'seen.json'));
