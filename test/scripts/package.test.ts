import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { repository } from '../support/repository.ts';
import { run, type RunResult } from '../support/run.ts';

const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;

let place: string;

beforeAll(() => {
  place = mkdtempSync(join(inject('temporary'), 'package-'));
});

async function npm(args: readonly string[]): Promise<void> {
  const env = { PATH, HOME: place, npm_config_prefix: join(place, 'prefix'), npm_config_cache: join(place, 'cache') };
  const result = await run('npm', [...args, '--ignore-scripts', '--offline', '--no-audit', '--no-fund'], {
    env,
    cwd: repository,
    timeoutMs: 120_000,
  });
  expect(result.code, result.stderr).toBe(0);
}

async function doctor(vault: string): Promise<RunResult> {
  return await run(vault, ['doctor'], { env: { PATH, HOME: place, VAULTD_HOME: join(place, 'home') }, cwd: place });
}

/** What `vault doctor` says where the native program was built, as on every system that CI has. */
const native = /^ok {7}program {7}vault \S+, the native program/m;

describe('vault, installed', () => {
  it('by npm link is the native program, and every launcher is there', async () => {
    await npm(['link']);
    const launchers = readdirSync(join(place, 'prefix', 'bin')).sort();
    expect(launchers).toEqual(readdirSync(join(repository, 'bin')).sort());
    expect((await doctor(join(place, 'prefix', 'bin', 'vault'))).stdout).toMatch(native);
  });

  it("from npm pack's tarball is the native program too", async () => {
    await npm(['pack', '--pack-destination', place]);
    const [tarball = ''] = readdirSync(place).filter((name) => name.endsWith('.tgz'));
    const unpacked = await run('tar', ['xzf', tarball], { env: { PATH }, cwd: place });
    expect(unpacked.code, unpacked.stderr).toBe(0);
    // The packages that npm would install beside it.
    symlinkSync(join(repository, 'node_modules'), join(place, 'package', 'node_modules'));
    expect((await doctor(join(place, 'package', 'bin', 'vault'))).stdout).toMatch(native);
    const daemon = await run(join(place, 'package', 'bin', 'vaultd'), ['--version'], { env: { PATH }, cwd: place });
    expect(daemon.code, daemon.stderr).toBe(0);
  });
});
