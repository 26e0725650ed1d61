import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { repository } from '../support/repository.ts';

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, allowScripts: z.record(z.string(), z.boolean()) })
  .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));
const lockText = readFileSync(join(repository, 'package-lock.json'), 'utf8');
const locked = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        name: z.string().optional(),
        integrity: z.string().optional(),
        resolved: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
        optionalDependencies: versions.optional(),
      }),
    ),
  })
  .parse(JSON.parse(lockText)).packages;

const installed = Object.entries(locked)
  .filter(([path]) => path !== '')
  .map(([path, found]) => ({ path, name: found.name ?? path.replace(/^.*node_modules\//, ''), ...found }));

describe('the packages', () => {
  it('are named by exact versions', () => {
    const inexact = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(inexact).toEqual([]);
  });

  it('are locked by hash, and to no host: every registry and mirror may serve them', () => {
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter(({ integrity }) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
    expect(installed.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  // npm drops what it cannot fetch for another system without a word, and `npm ci` then refuses the lock file there.
  it('are locked for every system they run on', () => {
    const names = new Set(installed.map(({ path }) => path.replace(/^.*node_modules\//, '')));
    const wanted = installed.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  // Names only: a lock file without hosts gives npm no version it would trust, so an entry with one never applies. The hash pins it.
  it('may run exactly those install scripts that were reviewed', () => {
    const withScripts = installed.filter(({ hasInstallScript }) => hasInstallScript === true);
    expect(Object.fromEntries(withScripts.map(({ name }) => [name, true]))).toEqual(manifest.allowScripts);
  });

  it('report to nobody that they were installed', () => {
    expect(installed.filter(({ name }) => name === '@scarf/scarf')).toEqual([]);
  });
});
