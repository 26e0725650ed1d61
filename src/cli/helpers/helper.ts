import { existsSync } from 'node:fs';
import { errorTable, VaultError } from '../../core/errors.ts';
import { isScopedToken } from '../../core/scope/token-text.ts';
import type { Program } from '../cli.ts';
import { createCli } from '../create-cli.ts';
import { helperCommands } from '../hidden.ts';
import { asVaultError, reportError } from '../report.ts';
import { handleSignals } from '../signals.ts';
import { wantsColor } from '../style.ts';
import type { HelperCall } from './call.ts';

/*
 * The credential helpers: programs that other programs start, by their rules. They do without Commander, which would take a third
 * of their time.
 */

/** As much as one request to a helper may be: the daemon's own limit for a text, and room for the others. */
const longestInput = 2 * 1024 * 1024;

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > longestInput) throw new VaultError('payload_too_large', 'standard input is larger than 2 MiB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Runs a helper to its end, and gives its exit status. */
export async function runHelper([command = '', operation = '']: readonly string[], program: Program): Promise<number> {
  const globals = { json: false, input: true, quiet: false, color: 'auto' } as const;
  process.stdout.on('error', () => process.exit(errorTable.internal.exit));
  process.stderr.on('error', () => undefined);
  const { cli, close } = createCli({ globals, env: process.env, program, signals: handleSignals() });
  const { link } = cli.client;
  const call: HelperCall = {
    cli,
    operation,
    input: readInput,
    attended: process.stderr.isTTY || process.stdout.isTTY || process.stdin.isTTY,
    hasVault: !link.local || existsSync(cli.paths.database),
    onlyReads: isScopedToken(cli.client.token() ?? ''),
  };
  try {
    if (command === helperCommands.git) return await (await import('./git.ts')).gitHelper(call);
    return await (await import('./docker.ts')).dockerHelper(call);
  } catch (thrown) {
    return reportError(asVaultError(thrown), process.stderr, { json: false, color: wantsColor('auto', process.env, process.stderr.isTTY) });
  } finally {
    close();
  }
}
