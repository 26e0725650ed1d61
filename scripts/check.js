// @ts-check
/**
 * The static checks, two at a time, the slowest first: `npm run check`, or some of them: `npm run check -- types lint`.
 * A check that passes is one line; one that fails shows all that it said. Every check runs, whatever the others found.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What did not change since it was found good is not looked at again, but by CI: a rule that knows types can find fault with a
 * file for what changed in another one.
 */
const cache = join('node_modules', '.cache');
/** @type {(...options: string[]) => string[]} */
const unlessInCi = (...options) => (process.env['CI'] === undefined ? options : []);

/** @type {Record<string, [program: string, ...args: string[]]>} */
const checks = {
  lint: [
    'eslint',
    '--max-warnings',
    '0',
    ...unlessInCi('--cache', '--cache-strategy', 'content', '--cache-location', `${cache}/eslint/`),
    '.',
  ],
  types: ['tsc', ...unlessInCi('--incremental', '--tsBuildInfoFile', join(cache, 'types.json'))],
  unused: ['knip', '--no-progress'],
  format: ['prettier', '--check', '--log-level', 'warn', ...unlessInCi('--cache', '--cache-strategy', 'content'), '.'],
  walls: ['node', 'scripts/walls.js'],
};

/** @returns {Promise<boolean>} whether the check passed */
function check(/** @type {string} */ name) {
  const command = checks[name];
  if (command === undefined) throw new Error(`there is no check "${name}": there are ${Object.keys(checks).join(', ')}`);
  const [program, ...args] = command;
  const begun = performance.now();
  const path = program === 'node' ? process.execPath : join(root, 'node_modules', '.bin', program);
  const child = spawn(path, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (said += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      if (code === 0) console.log(`ok      ${name} (${seconds} s)`);
      else console.log(`${said.trimEnd()}\nFAILED  ${name} (${seconds} s): ${command.join(' ')}`);
      resolve(code === 0);
    });
  });
}

const named = process.argv.slice(2);
const waiting = named.length > 0 ? named : Object.keys(checks);
/** @type {string[]} */
const failed = [];
const lane = async () => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (!(await check(name))) failed.push(name);
  }
};
await Promise.all([lane(), lane()]);
if (failed.length > 0) process.exitCode = 1;
