import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { examine, type Finding } from '../examine.ts';
import type { Style } from '../style.ts';
import { count, escapeLine } from '../text.ts';

function lineOf({ name, state, message, hint }: Finding, style: Style): string[] {
  const marks = { ok: style.green('ok     '), note: style.cyan('note   '), problem: style.red('problem') };
  const lines = [`${marks[state]}  ${style.bold(name.padEnd(14))}${escapeLine(message)}`];
  if (hint !== null) lines.push(' '.repeat(23) + style.dim(escapeLine(hint)));
  return lines;
}

/** `vault doctor`. Looks, and changes nothing. */
export async function doctor(cli: Cli): Promise<void> {
  const findings = await examine(cli);
  const problems = findings.filter(({ state }) => state === 'problem');
  if (cli.globals.json) {
    const checks = findings.map(({ name, state, message, hint }) => ({ name, state, message, hint }));
    cli.output.json({ ok: problems.length === 0, checks });
  } else cli.output.lines(findings.flatMap((finding) => lineOf(finding, cli.output.style)));
  const [first] = problems;
  if (first !== undefined) {
    throw new VaultError(
      first.code ?? 'internal',
      `${count(problems.length, 'problem')} found: ${first.message}`,
      first.hint === null ? {} : { hint: first.hint },
    );
  }
}
