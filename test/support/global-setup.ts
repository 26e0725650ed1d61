import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { daemonsBelow, stopDaemon } from './daemon.ts';
import { repository } from './repository.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly temporary: string;
  }
}

/**
 * Builds what the end-to-end tests run (nothing happens where it is up to date) and gives all tests one directory for their files.
 * Its path is short: a socket's path may not be longer than about a hundred bytes. Afterwards no daemon may be left in it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: repository, stdio: 'inherit' });
  const temporary = mkdtempSync(join(realpathSync(tmpdir()), 'vt-'));
  project.provide('temporary', temporary);
  return async () => {
    const left = daemonsBelow(temporary);
    for (const { pid } of left) await stopDaemon(pid);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    if (left.length > 0) throw new Error(`tests left ${left.length} daemons running: ${left.map(({ home }) => home).join(', ')}`);
  };
}
