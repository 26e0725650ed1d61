// @ts-check
/**
 * Mutation testing of src/core: small faults are put into the program one by one, and each is to be found by the tests of its folder
 * or file: `npm run mutate` (hours), or some of them: `npm run mutate -- crypto mask.ts`. Ends with a table for docs/assurance.md, and with
 * an error where fewer than nine in ten were found. What was found before, in files and tests that did not change since, is not tried
 * again: coverage/mutation holds it, with the report of each. The largest folder, formats, is tried by its own folders and files.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const output = 'coverage/mutation';
const all = readdirSync('src/core').flatMap((name) =>
  name === 'formats' ? readdirSync('src/core/formats').map((inner) => `formats/${inner}`) : [name],
);

const within = (/** @type {string} */ name) => all.filter((part) => part === name || part.startsWith(`${name}/`));

const named = process.argv.slice(2);
const parts = named.length > 0 ? named.flatMap(within) : all;
const unknown = named.filter((name) => within(name).length === 0);
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')} in src/core`);

/** Of a file or folder without tests of its own, those of the files beside it. */
function testsOf(/** @type {string} */ part) {
  const own = `test/core/${part.replace(/\.ts$/, '')}`;
  if (existsSync(`${own}.test.ts`)) return `${own}.test.ts`;
  return existsSync(own) ? `${own}/**/*.test.ts` : join('test/core', dirname(part), '*.test.ts');
}

/** What survived is tried again: Stryker does not see that a new test may find what is in effect while a file is loaded. */
function forgetSurvivors(/** @type {string} */ path) {
  if (!existsSync(path)) return;
  /** @type {{ files: Record<string, { mutants: { status: string }[] }> }} */
  const known = JSON.parse(readFileSync(path, 'utf8'));
  for (const file of Object.values(known.files)) {
    file.mutants = file.mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  }
  writeFileSync(path, JSON.stringify(known));
}

/** @returns {Promise<string>} the part's row of the table */
async function mutate(/** @type {string} */ part) {
  process.env['MUTATION_TESTS'] = testsOf(part);
  const incrementalFile = `${output}/${part}.incremental.json`;
  forgetSurvivors(incrementalFile);
  const results = await new Stryker({
    mutate: [part.endsWith('.ts') ? `src/core/${part}` : `src/core/${part}/**/*.ts`],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'scripts/mutate-vitest.config.js', related: false },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // A test that loops for ever is cut off; one on a busy machine is not.
    timeoutMS: 15_000,
    timeoutFactor: 4,
    dryRunTimeoutMinutes: 20,
    thresholds: { high: 95, low: 90, break: 90 },
    ignorePatterns: ['dist', 'coverage'],
    tempDirName: `${output}/sandbox`,
    incremental: true,
    incrementalFile,
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `${output}/${part}.json` },
  }).runMutationTest();

  const count = (/** @type {string[]} */ ...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const [killed, timedOut, survived] = [count('Killed'), count('Timeout'), count('Survived', 'NoCoverage')];
  const score = (100 * (killed + timedOut)) / (killed + timedOut + survived);
  return `| ${[`\`${part}\``, results.length, killed, timedOut, survived, `${score.toFixed(1)} %`].join(' | ')} |`;
}

const temporary = mkdtempSync(join(tmpdir(), 'vt-'));
process.env['MUTATION_TEMPORARY'] = temporary;
try {
  const rows = [];
  for (const part of parts) rows.push(await mutate(part));
  console.log(['| part | mutants | killed | timed out | survived | score |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
