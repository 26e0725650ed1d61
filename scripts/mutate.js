// @ts-check
/**
 * Mutation testing of src/core: small faults are put into the program one by one, and each is to be found by the tests of its folder
 * or file: `npm run mutate`, or some of them: `npm run mutate -- crypto mask.ts`. Ends with a table for docs/assurance.md, and with an error
 * where fewer than nine in ten were found; coverage/mutation holds the report of each. The largest folder, formats, is tried by its own
 * folders and files; any file or folder can be named.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const output = 'coverage/mutation';
/** The version is what the build sets. */
const all = readdirSync('src/core').flatMap((name) => {
  if (name === 'formats') return readdirSync('src/core/formats').map((inner) => `formats/${inner}`);
  return name === 'version.ts' ? [] : [name];
});

const named = process.argv.slice(2);
const unknown = named.filter((name) => !existsSync(`src/core/${name}`));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')} in src/core`);
const within = (/** @type {string} */ name) => all.filter((part) => part.startsWith(`${name}/`));
const parts = named.length > 0 ? named.flatMap((name) => (within(name).length > 0 ? within(name) : [name])) : all;

/** They look for crashes and hangs, not for results. */
const leftOut = ['fuzzing.test.ts', 'hostile.test.ts'];

/** Of a file or folder without tests of its own, those of the files beside it, and of all below. */
function testsOf(/** @type {string} */ part) {
  const own = `test/core/${part.replace(/\.ts$/, '')}`;
  if (existsSync(`${own}.test.ts`)) return [`${own}.test.ts`];
  const folder = existsSync(own) ? own : `test/core/${dirname(part)}`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  return files.filter((name) => !leftOut.includes(basename(name))).map((name) => join(folder, name));
}

/** @returns {Promise<string[]>} the part's row of the table; none where there is nothing to put a fault in */
async function mutate(/** @type {string} */ part) {
  process.env['MUTATION_TESTS'] = testsOf(part).join('\n');
  const results = await new Stryker({
    mutate: [part.endsWith('.ts') ? `src/core/${part}` : `src/core/${part}/**/*.ts`],
    testRunner: 'loaded-once',
    plugins: [fileURLToPath(new URL('mutation/runner.js', import.meta.url))],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // A test that loops for ever is cut off; one on a busy machine is not.
    timeoutMS: 10_000,
    timeoutFactor: 4,
    dryRunTimeoutMinutes: 20,
    thresholds: { high: 95, low: 90, break: 90 },
    ignorePatterns: ['dist', 'coverage'],
    tempDirName: `${output}/sandbox`,
    reporters: ['clear-text', 'json', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `${output}/${part}.json` },
  }).runMutationTest();

  if (results.length === 0) return [];
  const count = (/** @type {string} */ wanted) => results.filter(({ status }) => status === wanted).length;
  const [killed, timedOut] = [count('Killed'), count('Timeout')];
  const survived = results.length - killed - timedOut;
  const score = (100 * (killed + timedOut)) / results.length;
  return [`| ${[`\`${part}\``, results.length, killed, timedOut, survived, `${score.toFixed(1)} %`].join(' | ')} |`];
}

const temporary = mkdtempSync(join(tmpdir(), 'vt-'));
process.env['MUTATION_TEMPORARY'] = temporary;
const rows = ['| part | faults | found | found by a time limit | survived | score |', '| --- | --- | --- | --- | --- | --- |'];
try {
  for (const part of parts) rows.push(...(await mutate(part)));
} finally {
  console.log(rows.join('\n'));
  rmSync(temporary, { recursive: true, force: true });
}
