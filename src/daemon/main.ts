import { errorTable, VaultError } from '../core/errors.ts';
import { version } from '../core/version.ts';
import { systemClock } from './clock.ts';
import { toVaultError } from './errors.ts';
import { shutInspector } from './harden.ts';
import { readArguments, usage } from './life/arguments.ts';
import { startDaemon } from './life/daemon.ts';
import { prepareDirectories } from './life/directories.ts';
import { LogFile } from './life/log-file.ts';
import { pathsOfProcess, readConfigFile } from './life/surroundings.ts';

/*
 * vaultd: runs in the foreground until the last session ends. Started by bin/vaultd, which has cleaned the environment and set
 * the core size to 0.
 */

process.umask(0o077);
await shutInspector();
// Whoever started us may have closed the other end.
process.stderr.on('error', () => undefined);

/** Says why on stderr, in one line, a hint, and the error's code for the command line, and gives the exit status for it. */
function fail(thrown: unknown): number {
  const error = toVaultError(thrown);
  const hint = error.hint === undefined ? '' : `hint: ${error.hint}\n`;
  process.stderr.write(`vaultd: ${error.message}\n${hint}code: ${error.code}\n`);
  return errorTable[error.code].exit;
}

async function run(): Promise<number> {
  const { show, port, stay } = readArguments(process.argv.slice(2), process.env['VAULTD_PORT']);
  if (show !== null) {
    process.stdout.write(show === 'help' ? usage : `${version}\n`);
    return 0;
  }
  const paths = pathsOfProcess();
  process.chdir('/');
  prepareDirectories(paths);
  const config = readConfigFile(paths.config);
  const log = new LogFile(paths.log, systemClock);
  let crashed: unknown = null;
  let endBecause: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    endBecause = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => endBecause(signal));
  process.on('uncaughtException', (error) => {
    log.defect(error);
    crashed = error;
    endBecause('a defect');
  });
  try {
    const onEnd = () => endBecause('no session is left');
    const daemon = await startDaemon({ paths, config, port: port ?? config.port, stay, log, onEnd });
    process.stderr.write(
      `vaultd: listening on ${paths.socket}${daemon.port === null ? '' : ` and http://127.0.0.1:${String(daemon.port)}`}\n`,
    );
    const reason = await ended;
    log.note(`ending: ${reason}`);
    await daemon.stop();
    return crashed === null ? 0 : fail(crashed);
  } catch (error) {
    log.note(`failed: ${error instanceof VaultError ? error.message : 'a defect'}`);
    log.defect(error);
    throw error;
  } finally {
    log.flush();
  }
}

process.exit(await run().catch(fail));
