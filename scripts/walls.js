// @ts-check
/**
 * Checks who imports whom against .dependency-cruiser.cjs, in the checkout or in the directory given as argument.
 * A cruise that looked at fewer files than there are has proved nothing, so it fails as well.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const root = process.argv[2] ?? repository;
const rooms = ['src', 'test', 'bench', 'torture'];

/** @type {import('dependency-cruiser').IConfiguration} */
const { forbidden = [], options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

process.chdir(root);
const present = new Set(readdirSync('.'));
const directories = rooms.filter((room) => present.has(room));
const files = directories.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[cm]?[jt]s$/.test(path))
    .map((path) => join(room, path)),
);
const { output } = await cruise(directories, { ...options, ruleSet: { forbidden }, validate: true });
if (typeof output === 'string') throw new Error('dependency-cruiser gave text where its result was expected');

const seen = new Set(output.modules.map(({ source }) => source));
const unseen = files.filter((path) => !seen.has(path));
const problems = output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
if (files.length === 0) problems.push('there is nothing to check');
if (unseen.length > 0) problems.push(`not looked at: ${unseen.join(', ')}`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${String(files.length)} files keep the walls`);
