import { VaultError } from '../../core/errors.ts';
import type { Success } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Style } from '../style.ts';
import { count, entryTitle, escapeLine } from '../text.ts';

export interface LogOptions {
  readonly lines?: string;
}

type Event = Success<'/log', '$get'>[number];

/** A moment in the machine's own time zone, to the second. */
function localTime(at: string): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

function what({ entries, count: all, detail }: Event): string {
  const named = entries.map(({ id, name, username }) => (name === null ? id : entryTitle({ name, username })));
  const more = all - entries.length;
  const total = entries.length === 0 ? `${String(all)} ${all === 1 ? 'entry' : 'entries'}` : `and ${String(more)} more`;
  return [...named, ...(more > 0 ? [total] : []), ...(detail === null ? [] : [escapeLine(detail)])].join(', ');
}

function cells(event: Event): string[] {
  const { at, action, session, program, terminal } = event;
  return [localTime(at), action, what(event), ...[session, program, terminal].map((text) => escapeLine(text ?? ''))];
}

/** `vault log`. */
export async function log(cli: Cli, { lines = '100' }: LogOptions): Promise<void> {
  const { output } = cli;
  if (!/^[1-9]\d{0,5}$/.test(lines)) throw new VaultError('usage', '--lines must be a whole number from 1 to 999999');
  const events = await cli.client.call({ path: '/log', method: '$get', query: { limit: lines } });
  if (cli.globals.json) output.json(events);
  else if (!output.terminal) output.lines(events.map((event) => [event.at, ...cells(event).slice(1)].join('\t')));
  else if (events.length === 0) output.note('the access log is empty');
  else {
    const { table } = await import('../table.ts');
    const heads = ['WHEN', 'WHAT', 'ENTRY', 'SESSION', 'PROGRAM', 'TERMINAL'];
    output.lines(table(heads, events.map(cells), { columns: output.columns ?? 80, style: output.style }));
  }
}

function unclosedNote(unclosed: readonly number[], style: Style): string {
  const segments = `${unclosed.length === 1 ? 'segment' : 'segments'} ${unclosed.join(', ')}`;
  return `${style.yellow('note')}: ${segments} ended without a last record: the daemon was killed, or what came after the last known record was cut off`;
}

/** `vault log verify`. */
export async function verify(cli: Cli): Promise<void> {
  const { output } = cli;
  const { broken, segments, records, unclosed } = await cli.client.call({ path: '/log/verify', method: '$get' });
  if (cli.globals.json) output.json({ segments, records, broken, unclosed });
  if (broken !== null) {
    const where =
      broken.record === null ? `segment ${String(broken.segment)}` : `segment ${String(broken.segment)}, record ${String(broken.record)}`;
    throw new VaultError('vault_corrupt', `the access log is broken: ${where} is ${broken.problem}`, {
      details: { ...broken },
      hint: 'somebody changed the database: your entries are verified apart from it, at each login',
    });
  }
  if (cli.globals.json) return;
  output.note(`${output.noteStyle.green('whole')}: ${count(records, 'record')} in ${count(segments, 'segment')}`);
  if (unclosed.length > 0) output.note(unclosedNote(unclosed, output.noteStyle));
}
