import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { auditing } from './audit.ts';
import { bulkAdding } from './bulk.ts';
import { barChart } from './chart.ts';
import { compareCommands, isInstalled, type Missing } from './commands.ts';
import { residentMemory } from './memory.ts';
import { exchanging } from './files.ts';
import { compareRequests } from './requests.ts';
import { type Costs, costsOf } from './scale.ts';
import type { Times } from './statistics.ts';
import { VaultHome } from './vault-home.ts';

/*
 * `npm run bench`: measures, prints, and writes docs/benchmarks.md and its chart. `--sizes 100,10000` and `--runs 50` make it
 * shorter; `--print` writes nothing.
 */

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,10000,100000' },
    runs: { type: 'string', default: '200' },
    bulk: { type: 'string', default: '10000,100000' },
    audit: { type: 'string', default: '10000,100000' },
    files: { type: 'string', default: '100000' },
    print: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',').map(Number);
const runs = Number(values.runs);
if (![...sizes, runs].every((number) => Number.isSafeInteger(number) && number > 0)) {
  throw new Error('--sizes and --runs take whole numbers');
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const times = ({ median, p95 }: Times) => `${median.toFixed(2)} / ${p95.toFixed(2)}`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
};

function machine(): string {
  const [processor] = cpus();
  const version = (program: string, ...args: string[]) =>
    isInstalled(program) ? (execFileSync(program, args, { encoding: 'utf8' }).split('\n')[0] ?? '') : `no ${program}`;
  const versions = [
    version('git', 'log', '-1', '--format=commit %h'),
    `Node.js ${process.version}`,
    version('curl', '--version').split(' ').slice(0, 2).join(' '),
    version('hyperfine', '--version'),
  ];
  return `${processor?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} · ${versions.join(' · ')} · ${new Date().toISOString().slice(0, 10)}`;
}

async function commandsAndRequests(): Promise<{ report: string; chart: string }> {
  say('comparing commands and requests …');
  const home = new VaultHome();
  try {
    await home.prepare(100);
    const requests = await compareRequests(home);
    const { times: commands, missing } = compareCommands(home);
    const rows = [...commands].map(([name, measured]) => [name, times(measured)]);
    const median = (name: string) => commands.get(name)?.median;
    const ratio = (name: string, against: string, target: string) => {
      const [ours, theirs] = [median(name), median(against)];
      return ours === undefined || theirs === undefined ? [] : [[`${name} / ${against}`, (ours / theirs).toFixed(3), target]];
    };
    const share = requests.vault.perSecond / requests.bare.perSecond;
    const report = [
      '## Whole commands\n\nWall time from start to end, milliseconds: median / 95th percentile.\n',
      table(['command', 'time'], rows),
      '',
      table(
        ['ratio of medians', 'measured', 'target'],
        [
          ...ratio('vault get', 'curl --unix-socket, the same route', 'at most 2.0, better 1.3'),
          ...ratio('vault get', 'pass show', 'at most 0.5'),
          ...ratio('vault get', 'keepassxc-cli show', '–'),
          ...ratio('vault generate', 'bw generate', 'at most 0.03'),
        ],
      ),
      ...missing.map(({ name, install }: Missing) => `\nNot compared: ${name} is not installed (${install}).`),
      '\n## Requests\n\n`GET /passwords/{website}` with a token, the entry opened, over 8 connections, against a bare Hono handler on @hono/node-server that answers the same bytes.\n',
      table(
        ['', 'requests per second', '99th percentile, ms'],
        [
          ['vaultd', requests.vault.perSecond.toFixed(0), requests.vault.p99.toFixed(2)],
          ['bare Hono', requests.bare.perSecond.toFixed(0), requests.bare.p99.toFixed(2)],
          ['ratio (target at least 0.25, better 0.4)', share.toFixed(2), ''],
        ],
      ),
    ].join('\n');
    const bars = [...commands].map(([label, { median: milliseconds }]) => ({ label, milliseconds, ours: label.startsWith('vault') }));
    return {
      report,
      chart: barChart(
        'Whole commands, median wall time (logarithmic)',
        bars.sort((a, b) => a.milliseconds - b.milliseconds),
      ),
    };
  } finally {
    await home.remove();
  }
}

async function scale(): Promise<string> {
  const results: { costs: Costs; memory: number | null }[] = [];
  for (const size of sizes) {
    say(`measuring a vault of ${size.toLocaleString('en')} entries …`);
    results.push(await costsOf(size, runs, residentMemory));
  }
  const names = sizes.map((size) => size.toLocaleString('en'));
  const operations = [...(results[0]?.costs.keys() ?? [])];
  const rows = operations.map((operation) => {
    const measured = results.map(({ costs }) => costs.get(operation));
    const [first, last] = [measured[0], measured.at(-1)];
    const growth = first === undefined || last === undefined || first.median === 0 ? '–' : (last.median / first.median).toFixed(2);
    return [operation, ...measured.map((one) => (one === undefined ? '' : times(one))), growth];
  });
  return [
    '## By size of the vault\n\nMilliseconds: median / 95th percentile; growth is the last median against the first. The key derivation is the default one (256 MiB, 3, 4).\n',
    table(['entries', ...names, 'growth'], rows),
    '',
    table(
      ['memory of the daemon, unlocked and listed', ...names],
      [['resident, MiB', ...results.map(({ memory }) => memory?.toFixed(0) ?? '–')]],
    ),
  ].join('\n');
}

async function bulk(): Promise<string> {
  const rows: string[][] = [];
  for (const count of values.bulk.split(',').map(Number)) {
    say(`adding ${count.toLocaleString('en')} entries through one stream …`);
    const seconds = await bulkAdding(count);
    rows.push([count.toLocaleString('en'), seconds.toFixed(2), (count / seconds).toFixed(0)]);
  }
  return `## Many entries at once\n\nOne \`POST /imports\` into an empty vault (target: 10,000 below 3 s).\n\n${table(['entries', 'seconds', 'per second'], rows)}`;
}

async function exchange(): Promise<string> {
  const rows: string[][] = [];
  for (const count of values.files.split(',').map(Number)) {
    say(`importing and exporting ${count.toLocaleString('en')} entries …`);
    for (const [what, seconds] of await exchanging(count)) {
      rows.push([`${what}, ${count.toLocaleString('en')} entries`, seconds.toFixed(2), (count / seconds).toFixed(0)]);
    }
  }
  return `## In and out\n\n\`vault import auto\` into an empty vault (target: 5,000 per second) and \`vault export\`.\n\n${table(['', 'seconds', 'per second'], rows)}`;
}

async function audits(): Promise<string> {
  const rows: string[][] = [];
  for (const count of values.audit.split(',').map(Number)) {
    say(`auditing ${count.toLocaleString('en')} entries …`);
    const seconds = await auditing(count);
    rows.push([count.toLocaleString('en'), seconds.toFixed(2), (count / seconds).toFixed(0)]);
  }
  return `## Audit\n\n\`vault audit --hibp\` with a list of a million hashes; half of the passwords are generated.\n\n${table(['entries', 'seconds', 'per second'], rows)}`;
}

const { report: compared, chart } = await commandsAndRequests();
const sections = [
  '# Benchmarks\n\nWritten by `npm run bench`; ratios within one run say more than times, which depend on the machine and what else it does.',
  machine(),
  '![Whole commands](benchmarks.svg)',
  compared,
  await scale(),
  await bulk(),
  await exchange(),
  await audits(),
];
const document = `${sections.join('\n\n')}\n`;
console.log(document);
if (!values.print) {
  writeFileSync('docs/benchmarks.md', document);
  writeFileSync('docs/benchmarks.svg', chart);
  say('written to docs/benchmarks.md and docs/benchmarks.svg');
}
