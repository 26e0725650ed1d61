import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { assurancePage, assuranceRow, describeOutcome } from './frame/report.ts';
import { runTrial } from './frame/run-trial.ts';
import { trials } from './trials.ts';

/*
 * `npm run torture [-- NAME…] [--minutes M] [--seed S] [--short] [--list] [--write]`: tries what docs/security.md promises. Says
 * what was tried, how often, and what failed; ends with 1 where something did. `--write` puts it into docs/assurance.md.
 */

const page = 'docs/assurance.md';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const minutes = values.minutes === undefined ? null : Number(values.minutes);
if (minutes !== null && !(minutes > 0)) throw new Error('--minutes takes a number above 0');
const unknown = positionals.filter((name) => !trials.some((trial) => trial.name === name));
if (unknown.length > 0) throw new Error(`there is no trial ${unknown.join(', ')}: npm run torture -- --list`);

// Whoever reads may stop reading.
process.stdout.on('error', () => process.exit());
const say = (text: string) => process.stdout.write(`${text}\n`);
const chosen = positionals.length === 0 ? trials : trials.filter(({ name }) => positionals.includes(name));

if (values.list) {
  for (const { name, what, passes, impossible } of chosen) {
    const reason = impossible?.() ?? null;
    say(
      `${name.padEnd(15)} ${what}\n${' '.repeat(15)} passes when: ${passes}${reason === null ? '' : `\n${' '.repeat(15)} not here: ${reason}`}`,
    );
  }
} else {
  const where = `${String(cpus().length)} cores, Node.js ${process.version}, ${process.platform}, ${new Date().toISOString().slice(0, 10)}`;
  const rows = new Map<string, string>();
  for (const trial of chosen) {
    const seed = values.seed ?? randomBytes(8).toString('hex');
    const onProgress = (text: string) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${trial.name}: ${text}`);
    };
    const outcome = await runTrial(trial, { seed, full: !values.short, minutes, onProgress });
    onProgress('');
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    say(describeOutcome(outcome));
    if (outcome.failed > 0) process.exitCode = 1;
    rows.set(trial.name, assuranceRow(trial, outcome, where));
    if (!values.write) continue;
    // After each: who stops a long run keeps what it has found.
    const old = existsSync(page) ? readFileSync(page, 'utf8') : '';
    writeFileSync(
      page,
      assurancePage(
        old,
        rows,
        trials.map(({ name }) => name),
      ),
    );
  }
}
