import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { keptPath, SeenManifests } from '../../../src/daemon/vault/seen.ts';
import { SyncedCopy } from '../../../src/daemon/vault/synced-copy.ts';
import { eventually } from '../../support/eventually.ts';

const user = (byte: number) => Buffer.alloc(16, byte);
const manifest = (version: number) => ({ lineage: '0'.repeat(32), version, root: '1'.repeat(64) });

function freshPath(): string {
  const directory = mkdtempSync(join(inject('temporary'), 's-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'seen.json');
}

it('a memory of manifests that cannot be written says so, fails nobody, and is written whole with the next change', () => {
  const path = freshPath();
  let told = 0;
  const seen = new SeenManifests(path, () => (told += 1));
  seen.set(user(1), manifest(1));
  mkdirSync(`${path}.new`);
  seen.set(user(1), manifest(2));
  expect(told).toBe(1);
  expect(seen.get(user(1))).toEqual(manifest(2));
  expect(new SeenManifests(path).get(user(1))).toEqual(manifest(1));
  rmdirSync(`${path}.new`);
  seen.set(user(2), manifest(1));
  expect(told).toBe(1);
  expect(new SeenManifests(path).get(user(1))).toEqual(manifest(2));
});

it('what was synced counts where a power cut has left nothing of the newest, and only then', async () => {
  const path = freshPath();
  const problems: unknown[] = [];
  const kept = new SyncedCopy(keptPath(path), (error) => problems.push(error));
  const seen = new SeenManifests(path, undefined, kept);
  seen.set(user(1), manifest(1));
  await eventually(() => new SeenManifests(keptPath(path)).get(user(1)) !== null, { what: 'the first sighting is synced' });
  // The next wait a moment, for more.
  for (const version of [2, 3, 4]) seen.set(user(1), manifest(version));
  await kept.close();
  seen.set(user(1), manifest(5));
  expect(new SeenManifests(path)).toMatchObject({ unreadable: 'nothing' });
  expect(new SeenManifests(path).get(user(1))).toEqual(manifest(5));

  truncateSync(path);
  const cut = new SeenManifests(path);
  expect(cut.unreadable).toBe('newest');
  expect(cut.get(user(1))).toEqual(manifest(4));
  rmSync(path);
  expect(new SeenManifests(path)).toMatchObject({ unreadable: 'nothing' });
  expect(new SeenManifests(path).get(user(1))).toEqual(manifest(4));

  writeFileSync(path, '');
  writeFileSync(keptPath(path), '{"cut');
  expect(new SeenManifests(path)).toMatchObject({ unreadable: 'all' });
  expect(statSync(keptPath(path)).mode & 0o777).toBe(0o600);
  expect(problems).toEqual([]);
});

it('a synced copy that cannot be written says so, and is written with the next change', async () => {
  const path = freshPath();
  const problems: unknown[] = [];
  const kept = new SyncedCopy(path, (error) => problems.push(error));
  mkdirSync(`${path}.new`);
  kept.set('first');
  await kept.close();
  expect(problems).toHaveLength(1);
  rmdirSync(`${path}.new`);
  kept.set('second');
  await kept.close();
  expect(problems).toHaveLength(1);
  expect(readdirSync(join(path, '..'))).toEqual(['seen.json']);
});

it.runIf(existsSync('/dev/full'))('a full disk is left without half a file', async () => {
  const path = freshPath();
  const problems: unknown[] = [];
  const tell = (error: unknown) => problems.push(error);
  const kept = new SyncedCopy(keptPath(path), tell);
  for (const file of [path, keptPath(path)]) symlinkSync('/dev/full', `${file}.new`);
  new SeenManifests(path, tell, kept).set(user(1), manifest(1));
  await kept.close();
  expect(problems).toEqual([expect.objectContaining({ code: 'ENOSPC' }), expect.objectContaining({ code: 'ENOSPC' })]);
  expect(readdirSync(join(path, '..'))).toEqual([]);
});
