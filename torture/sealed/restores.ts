import { copyFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { Run } from '../frame/run.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { listValues } from '../support/writers.ts';

const backup = z.object({ path: z.string() });
const password = masterPassword;

/** Adds a random number of entries, one at least, and gives all names that are there then. */
async function work(run: Run, home: DaemonHome, token: string): Promise<string[]> {
  const client = home.client();
  for (let left = run.random.between(1, 4); left > 0; left--) {
    await client.send('POST', '/passwords', { token, json: { name: run.random.text(), password: run.random.text() } });
  }
  return await namesIn(home, token);
}

const namesIn = async (home: DaemonHome, token: string) => [...(await listValues(home.client(), token)).keys()].sort();

/** Puts a file in the database's place by hand, while the daemon is away, and gives what a login says. */
async function putInPlace(home: DaemonHome, file: string): Promise<string> {
  await home.stop();
  copyFileSync(file, home.path('vault.db'));
  for (const suffix of ['-wal', '-shm']) rmSync(home.path(`vault.db${suffix}`), { force: true });
  await home.start();
  return (await home.client().send('POST', '/login', { json: { password } })).text;
}

/**
 * A copy of the vault, gone back to by `backup restore`: goes through, and the next login takes it for what it is. The same copy put
 * in place of the database by hand, before and after: noticed, until the owner accepts it.
 */
export async function tryRestores(run: Run): Promise<void> {
  const home = new DaemonHome(run);
  await home.start();
  let token = await home.create();
  for (const _ of run.rounds(25, 1)) {
    const client = home.client();
    const before = await work(run, home, token);
    const { path } = backup.parse((await client.send('POST', '/backups', { token, json: {} })).body);
    const after = await work(run, home, token);
    await home.stop();
    copyFileSync(home.path('vault.db'), home.path('newest.db'));

    run.tried('copies put in place by hand');
    const byHand = await putInPlace(home, path);
    run.check(byHand.includes('"reason":"older"'), `an older copy put in place by hand: ${byHand}`);

    // The vault as it was, gone back from in earnest.
    const sound = await putInPlace(home, home.path('newest.db'));
    run.check(sound.includes('"token"'), `the newest file is refused: ${sound}`);
    const restored = await home.client().send('POST', '/backups/restore', { json: { path, password } });
    run.tried('copies restored');
    run.check(restored.status === 200, `a restore is refused: ${restored.text}`);
    token = await home.login();
    run.check(String(await namesIn(home, token)) === String(before), 'what was restored is not what the copy held');
    await home.stop();
    copyFileSync(home.path('vault.db'), home.path('restored.db'));

    run.tried('copies put in place by hand', 2);
    for (const [what, file] of [
      ['the copy', path],
      ['the file from before the restore', home.path('newest.db')],
    ] as const) {
      const answer = await putInPlace(home, file);
      run.check(answer.includes('"reason":"lineage"'), `${what}, put in place by hand after a restore: ${answer}`);
    }
    const accepted = await home.client().send('POST', '/login', { json: { password, acceptOlder: true } });
    run.check(accepted.status === 200, `what its owner accepts is refused: ${accepted.text}`);
    token = await home.login();
    run.check(String(await namesIn(home, token)) === String(after), 'what was accepted is not what the file held');
    const displaced = await putInPlace(home, home.path('restored.db'));
    run.check(displaced.includes('"reason":"lineage"'), `what was accepted is displaced by hand: ${displaced}`);
    const back = await home.client().send('POST', '/login', { json: { password, acceptOlder: true } });
    run.check(back.status === 200, `what its owner accepts is refused: ${back.text}`);
    token = await home.login();
  }
}
