import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import argon2 from 'argon2';
import BetterSqlite3 from 'better-sqlite3';
import { z } from 'zod';
import { checkedHeader, openVaultKey, withChecksum } from '../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../src/core/crypto/derived-keys.ts';
import { displayIsPossible, paste, startDisplay } from '../../test/support/display.ts';
import { eventually } from '../../test/support/eventually.ts';
import { memoryOf } from '../../test/support/memory.ts';
import { processesOf } from '../../test/support/processes.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome } from '../support/daemon.ts';
import { vault } from '../support/vault-command.ts';
import { occurrences } from './marks.ts';

const stored = z.object({ header: z.instanceof(Buffer), verifier: z.instanceof(Buffer), wrapped_vault_key: z.instanceof(Buffer) });
const entries = 20;

/** Every key of an account, as whoever knows its password computes them. */
async function keysOf(home: DaemonHome, password: string): Promise<Map<string, Buffer>> {
  const database = new BetterSqlite3(home.path('vault.db'), { readonly: true });
  const {
    header,
    verifier,
    wrapped_vault_key: wrappedVaultKey,
  } = stored.parse(database.prepare('select header, verifier, wrapped_vault_key from users').get());
  database.close();
  const credential = withChecksum({ header, verifier, wrappedVaultKey, recoveryWrap: null });
  const { memoryKiB, iterations, parallelism, salt, userId } = checkedHeader(credential);
  const root = await argon2.hash(password, {
    raw: true,
    type: argon2.argon2id,
    memoryCost: memoryKiB,
    timeCost: iterations,
    parallelism,
    salt,
    hashLength: 32,
  });
  const vaultKey = openVaultKey(root, credential);
  return new Map([
    ['root of the password', root],
    ['vault key', vaultKey],
    ...Object.entries(deriveKeys(vaultKey, userId)).map(([name, key]): [string, Buffer] => [`${name} key`, key]),
  ]);
}

/** A core image of the daemon, by the debugger where there is one. */
function image(run: Run, pid: number): Buffer {
  if (!run.full || spawnSync('gcore', ['--version']).status !== 0) return memoryOf(pid);
  const path = join(run.directory(), 'core');
  const made = spawnSync('gcore', ['-o', path, String(pid)]);
  if (made.status !== 0) throw new Error(`gcore: ${made.stderr.toString()}`);
  const file = `${path}.${String(pid)}`;
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}

/** Copies a value to a clipboard by the command line, locks, and says what is left of it afterwards: on the clipboard, and of processes. */
async function copyAndLock(run: Run, home: DaemonHome, name: string, password: string): Promise<void> {
  const display = displayIsPossible ? await startDisplay() : null;
  const env = { ...(display === null ? {} : { DISPLAY: display.DISPLAY }) };
  const pasted = () => spawnSync('sh', ['-c', `timeout 3 ${paste}`], { env: { ...process.env, ...env } }).stdout.toString();
  try {
    const login = await vault(home.directory, ['login', '--password-stdin'], { input: `${password}\n` });
    run.check(login.code === 0, `vault login ended with ${String(login.code)}: ${login.stderr}`);
    if (display === null) run.measured('clipboard', 'not tried: xclip and Xvfb are needed');
    else {
      const copied = await vault(home.directory, ['get', name, '-c'], { env });
      let held = '';
      for (let tries = 0; tries < 10 && held === ''; tries++) held = pasted();
      run.check(copied.code === 0 && held !== '', `nothing came to the clipboard: ${copied.stderr}`);
      run.tried('values on a clipboard');
    }
    const locked = await vault(home.directory, ['lock', '--all']);
    run.check(locked.code === 0, `vault lock ended with ${String(locked.code)}: ${locked.stderr}`);
    await eventually(() => processesOf(home.directory).length === 0, { what: 'no process of ours is left after lock' });
    run.check(display === null || pasted() === '', 'the clipboard still holds our value after lock');
  } finally {
    display?.end();
  }
}

export const memory: Trial = {
  name: 'memory',
  what: '20 marked entries, the master password and every key, searched (raw, UTF-16, hexadecimal, base64) in a core image of the daemon after use and 60 s idle, unlocked; and whatever of ours is alive after `lock`; a value on the clipboard',
  passes:
    'unlocked: master password and raw keys 0 times; entries: the number found is stated. After lock: no process, and nothing of ours on the clipboard',
  impossible: () => (process.platform === 'linux' ? null : "a process's memory is read as Linux shows it"),
  run: async (run) => {
    let [found, most] = [0, 0];
    for (const round of run.rounds(20, 1)) {
      const home = new DaemonHome(run, { clipboard: { clearSeconds: 600 } });
      await home.start({ stay: false });
      const password = `master password ${run.random.text(24)}`;
      const token = await home.create('default', password);
      const client = home.client();
      const marks = Array.from({ length: run.count(entries, 4) }, () => run.random.text(24));
      for (const mark of marks) {
        await client.send('POST', '/passwords', { token, json: { name: mark.slice(0, 8), password: mark, notes: mark } });
      }
      for (const mark of marks) await client.send('GET', `/passwords/${mark.slice(0, 8)}`, { token });
      await client.send('GET', '/passwords?query=a', { token });
      const keys = await keysOf(home, password);
      await sleep(run.count(60_000, 500));
      const bytes = image(run, home.pid);
      run.check(bytes.includes('vault+jwt'), 'the image holds nothing of the daemon: this trial sees nothing');
      for (const [name, secret] of [['master password', Buffer.from(password)] as const, ...keys]) {
        const times = occurrences(bytes, secret);
        run.check(times === 0, `round ${String(round)}: the ${name} is in the unlocked daemon's memory, ${String(times)} times`);
      }
      const present = marks.filter((mark) => occurrences(bytes, Buffer.from(mark)) > 0).length;
      found += present;
      most = Math.max(most, present);
      run.tried('images');
      await copyAndLock(run, home, marks[0]?.slice(0, 8) ?? '', password);
      await Promise.race([home.ended(), sleep(20_000)]);
      run.check(home.end === null && !home.runs, `round ${String(round)}: the daemon is alive after lock`);
    }
    run.measured(
      'passwords of entries found in an unlocked daemon',
      `${String(found)} in all images, at most ${String(most)} of ${String(run.count(entries, 4))} in one`,
    );
  },
};
