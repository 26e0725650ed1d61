import { join, resolve } from 'node:path';
import { generatorDefaults } from '../src/core/generate/defaults.ts';
import { systemClock } from '../src/daemon/clock.ts';
import { withPasswordChild } from '../src/daemon/password/child.ts';
import { openStore } from '../src/daemon/store/store.ts';
import { createVaultContext } from '../src/daemon/vault/context.ts';
import { SeenManifests } from '../src/daemon/vault/seen.ts';
import { listUsers } from '../src/daemon/vault/users.ts';
import { benchEntry } from './fill.ts';
import { Starter } from './starter.ts';
import { measure, summarize, timed, type Times } from './statistics.ts';
import { VaultHome } from './vault-home.ts';

/** What one size of vault costs, by operation. */
export type Costs = ReadonlyMap<string, Times>;

/** Runs every operation on a vault of `entries` entries; `memoryOf` looks at the fresh daemon first. */
export async function costsOf(
  entries: number,
  runs: number,
  memoryOf: (home: VaultHome) => Promise<number | null>,
): Promise<{ costs: Costs; memory: number | null }> {
  const home = new VaultHome();
  const starter = new Starter(home.environment);
  const costs = new Map<string, Times>();
  const few = Math.max(5, Math.round(runs / 20));
  try {
    await home.prepare(entries);
    const memory = await memoryOf(home);
    costs.set('start of the daemon', await starts(home, few));
    await logins(home, few, costs);
    let next = entries;
    const any = (run: number) => benchEntry((run * 7919) % entries);
    const add = () => home.send('POST', '/passwords', { ...benchEntry(next++) });
    costs.set('API: add', await measure(runs, add));
    costs.set('API: get by name', await measure(runs, (run) => home.send('GET', `/passwords/${any(run).name}`)));
    costs.set('API: get by host', await measure(runs, (run) => home.send('GET', `/passwords/www.${any(run).name}`)));
    costs.set('API: list', await measure(few, () => home.send('GET', '/passwords')));
    costs.set('API: find', await measure(runs, (run) => home.send('GET', `/passwords?query=${any(run).username}`)));
    costs.set('API: find after a change', await afterChange(home, few, add));
    const vault = async (name: string, args: (run: number) => readonly string[]) => {
      costs.set(name, await starter.measure(few, resolve('bin/vault'), args));
    };
    await vault('vault add', () => ['add', benchEntry(next++).name, '-g']);
    await vault('vault get, by name', (run) => ['get', any(run).name]);
    await vault('vault get, by host', (run) => ['get', `www.${any(run).name}`]);
    await vault('vault list', () => ['list']);
    await vault('vault find', (run) => ['find', any(run).username]);
    return { costs, memory };
  } finally {
    starter.end();
    await home.remove();
  }
}

async function starts(home: VaultHome, runs: number): Promise<Times> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    await home.stop();
    times.push(await timed(() => home.start()));
  }
  return summarize(times);
}

/** Logins, each beside a key derivation alone (in a process of its own, as the daemon runs it): the difference is the rest. */
async function logins(home: VaultHome, runs: number, costs: Map<string, Times>): Promise<void> {
  const body = Buffer.from(JSON.stringify({ password: home.password }));
  const store = await openStore(join(home.directory, 'vault.db'));
  const seen = new SeenManifests(join(home.directory, 'seen.json'));
  const [user] = await listUsers(createVaultContext({ store, clock: systemClock, seen, generatorDefaults }));
  await store.close();
  if (user === undefined) throw new Error('the vault has no account');
  const kdf = { memoryKiB: 256 * 1024, iterations: 3, parallelism: 4 };
  const derive = () =>
    withPasswordChild(resolve('dist/daemon/password-worker.js'), 'login', [Buffer.from(body)], (child) =>
      child.derive({ kind: 'open', credential: user.credential, kdf }, () => Promise.resolve()),
    );
  const login = () => home.send('POST', '/login', { password: home.password });
  const both: { whole: number; kdf: number }[] = [];
  for (let run = 0; run < runs; run++) both.push({ kdf: await timed(derive), whole: await timed(login) });
  const kdfTimes = summarize(both.map(({ kdf }) => kdf));
  costs.set('login', summarize(both.map(({ whole }) => whole)));
  costs.set('login: KDF and its process', kdfTimes);
  costs.set('login: the rest', summarize(both.map(({ whole }) => Math.max(0, whole - kdfTimes.median))));
  await home.prepareSession();
}

async function afterChange(home: VaultHome, runs: number, add: () => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    await add();
    times.push(await timed(() => home.send('GET', '/passwords?query=site1')));
  }
  return summarize(times);
}
