import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../support/repository.ts';

it('SQLite is compiled so that Node.js does not end the process when a statement is collected, or scripts/addon.js has mended it', () => {
  const addon = readFileSync(join(repository, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'));
  expect(addon.includes('AddEnvironmentCleanupHook')).toBe(true);
  expect(addon.includes('RemoveEnvironmentCleanupHook')).toBe(false);
});
