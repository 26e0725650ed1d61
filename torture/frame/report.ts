import type { Outcome } from './run.ts';
import type { Trial } from './trial.ts';

/** How long a run took, for people. */
function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

/** An outcome as it is printed: what it tried, how often, and what failed. */
export function describeOutcome({ name, tried, failures, failed, measured, skipped, seconds, seed }: Outcome): string {
  if (skipped !== null) return `skipped  ${name}: ${skipped}`;
  const counts = [...tried].map(([what, times]) => `${times.toLocaleString('en')} ${what}`).join(', ');
  return [
    `${failed === 0 ? 'ok     ' : 'FAILED '}  ${name} (${duration(seconds)}): ${counts}; ${failed.toLocaleString('en')} failed`,
    ...[...measured].map(([what, value]) => `           ${what}: ${value}`),
    ...failures.map((text) => `         - ${text.replaceAll('\n', '\n           ')}`),
    ...(failed === 0 ? [] : [`         repeat it with: npm run torture -- ${name} --seed ${seed}`]),
  ].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A trial's row in docs/assurance.md. */
export function assuranceRow(trial: Trial, outcome: Outcome, where: string): string {
  const counts = [...outcome.tried].map(([what, times]) => `${times.toLocaleString('en')} ${what}`).join(', ');
  const found = [...outcome.measured].map(([what, value]) => `${what}: ${value}`).join('; ');
  const failures = outcome.failed === 0 ? '0' : `**${outcome.failed.toLocaleString('en')}**: ${outcome.failures[0]?.split('\n')[0] ?? ''}`;
  const cells =
    outcome.skipped === null
      ? [counts, failures, found, `${duration(outcome.seconds)}, ${where}`]
      : ['not tried', '–', outcome.skipped, where];
  return `| \`${trial.name}\` | ${[trial.what, trial.passes, ...cells].map(cell).join(' | ')} |`;
}

const head = `# Assurance

What [docs/security.md](security.md) promises is tried by programs that anybody can run: \`npm run torture\` (all of it, hours), \`npm run torture -- NAME\`,
\`--minutes M\` (at most so long for each trial), \`--seed S\` (the same choices again), \`--list\`. A short version of each is part of \`npm test\`.
This table is written by \`npm run torture -- --write\`: each row is the last run of its trial, with what it tried, how often, and what failed.

| trial | what is tried | passes when | tried | failed | measured | took, on |
| --- | --- | --- | --- | --- | --- | --- |
`;

/** The page with these rows in place of older ones of the same trials; rows of trials that no longer exist go. */
export function assurancePage(old: string, rows: ReadonlyMap<string, string>, names: readonly string[]): string {
  const known = new Map([...old.matchAll(/^\| `([\w-]+)` \|.*$/gm)].map(([row, name = '']) => [name, row]));
  const lines = names.flatMap((name) => rows.get(name) ?? known.get(name) ?? []);
  const after = /\n\n(## [^]*)$/.exec(old)?.[1] ?? '';
  return `${head}${lines.join('\n')}\n${after === '' ? '' : `\n${after}`}`;
}
