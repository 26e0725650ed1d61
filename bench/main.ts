import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type Costs, costsOf } from './scale.ts';

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '100,10000,100000' }, runs: { type: 'string', default: '200' } },
});
const sizes = values.sizes.split(',').map(Number);
const runs = Number(values.runs);
if (![...sizes, runs].every((number) => Number.isSafeInteger(number) && number > 0)) {
  throw new Error('--sizes and --runs take whole numbers');
}

const [processor] = cpus();
console.log(
  `${processor?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node.js ${process.version}, ${process.platform}`,
);
console.log('Milliseconds: median / 95th percentile. The last column is the median of the largest vault against the smallest.\n');

const results: Costs[] = [];
for (const size of sizes) {
  process.stderr.write(`measuring a vault of ${size.toLocaleString('en')} entries …\n`);
  results.push(await costsOf(size, runs));
}

const operations = [...(results[0]?.keys() ?? [])];
const cell = (costs: Costs | undefined, operation: string) => {
  const times = costs?.get(operation);
  return times === undefined ? '' : `${times.median.toFixed(2)} / ${times.p95.toFixed(2)}`;
};
const ratio = (operation: string) => {
  const [first, last] = [results[0]?.get(operation), results.at(-1)?.get(operation)];
  return first === undefined || last === undefined ? '' : (last.median / first.median).toFixed(2);
};
const widths = [Math.max(...operations.map(({ length }) => length)), ...sizes.map(() => 20), 8];
const line = (cells: readonly string[]) =>
  cells.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  ');
console.log(line(['entries', ...sizes.map((size) => size.toLocaleString('en')), 'growth']));
for (const operation of operations) console.log(line([operation, ...results.map((costs) => cell(costs, operation)), ratio(operation)]));
