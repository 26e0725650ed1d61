import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { errorTable, type VaultError } from '../core/errors.ts';
import type { Globals, Program } from './cli.ts';
import { createCli } from './create-cli.ts';
import type { Execute } from './define.ts';
import { guessGlobals } from './globals.ts';
import { clearCommand, completeCommand, pagesCommand, rateCommand } from './hidden.ts';
import { createProgram } from './program.ts';
import { asVaultError, reportError } from './report.ts';
import { handleSignals } from './signals.ts';
import { wantsColor } from './style.ts';
import { usageError } from './usage-error.ts';

/** Reports an error on stderr and gives its exit status. */
function fail(error: VaultError, globals: Globals): number {
  if (error.code === 'internal' && process.env['VAULTD_TRACE'] === '1') {
    process.stderr.write(`${error.cause instanceof Error ? (error.cause.stack ?? '') : String(error.cause)}\n`);
  }
  const color = wantsColor(globals.color, process.env, process.stderr.isTTY);
  return reportError(error, process.stderr, { json: globals.json, color });
}

/** Runs any command line to its end, and gives its exit status. */
export async function runCommandLine(args: readonly string[], files: Program): Promise<number> {
  let globals = guessGlobals(args);
  // Whoever reads us may stop reading: `vault list | head -1` is no error. A disk that is full is one.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : fail(asVaultError(error), globals));
  });

  if (args[0] === clearCommand) {
    const { clearLater } = await import('./clipboard.ts');
    const [, runtimeDir = '', way = ''] = args;
    await clearLater(files, { runtimeDir, way, env: process.env }, process.stdin);
    return 0;
  }
  if (args[0] === rateCommand) {
    const { rateLines } = await import('./rate-lines.ts');
    await rateLines(process.stdin, (line) => process.stdout.write(line));
    return 0;
  }
  const signals = handleSignals();
  let status = 0;
  const execute: Execute = async (given, work) => {
    globals = given;
    const { cli, close } = createCli({ globals, env: process.env, program: files, signals });
    try {
      const result = await work(cli);
      if (typeof result === 'number') status = result;
    } finally {
      close();
    }
  };
  const program = createProgram({ execute, color: wantsColor(globals.color, process.env, process.stdout.isTTY) });
  if (args[0] === completeCommand) {
    await execute({ ...globals, input: false }, async ({ client, output }) => {
      const { completeLine } = await import('./complete/complete-line.ts');
      output.lines(await completeLine({ program, client }, args.slice(args[1] === '--' ? 2 : 1)));
    });
    return 0;
  }
  if (args[0] === pagesCommand && args[1] !== undefined) {
    const { manualPages } = await import('./man-page.ts');
    for (const { file, text } of manualPages(program)) writeFileSync(join(args[1], file), text);
    return 0;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(asVaultError(error), globals);
    // Help that was asked for is no error; help for want of a command is.
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return errorTable.usage.exit;
    return fail(
      usageError(
        error,
        args,
        program.commands.map((command) => command.name()),
      ),
      globals,
    );
  }
}

process.stderr.on('error', () => undefined);
