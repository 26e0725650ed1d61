import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { SeenManifests } from '../../../src/daemon/vault/seen.ts';

const user = (byte: number) => Buffer.alloc(16, byte);
const manifest = (version: number) => ({ lineage: '0'.repeat(32), version, root: '1'.repeat(64) });

it('a memory of manifests that cannot be written says so, fails nobody, and is written whole with the next change', () => {
  const directory = mkdtempSync(join(inject('temporary'), 's-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'seen.json');
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
