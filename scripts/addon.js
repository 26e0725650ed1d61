// @ts-check
/**
 * Compiles better-sqlite3 once more where it was compiled with headers of Node.js (24.19 and later) that make it end the process when a
 * statement is collected as garbage. What is fetched ready-made was compiled with earlier ones. Version 13 needs none of this, but does not
 * run on Node.js 20.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const addon = join(root, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');

/** Only the destructor of node::ObjectWrap calls this. */
const isAffected = () => existsSync(addon) && readFileSync(addon).includes('RemoveEnvironmentCleanupHook');

if (isAffected()) {
  console.log(`compiling SQLite once more, for Node.js ${process.version} would end with it now and then (about two minutes)`);
  const { npm_execpath: npm, ...env } = process.env;
  const [program, ...args] = npm === undefined ? ['npm'] : [process.execPath, npm];
  execFileSync(program, [...args, 'rebuild', '--loglevel=error', 'better-sqlite3'], {
    cwd: root,
    // The compiler runs in the package's build folder: a path from there has no spaces in it.
    env: {
      ...env,
      CXXFLAGS: `${env['CXXFLAGS'] ?? ''} -include ../../../scripts/addon/object-wrap.h`,
      npm_config_build_from_source: 'true',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (isAffected()) throw new Error('better-sqlite3 is as it was: vaultd would end now and then');
}
