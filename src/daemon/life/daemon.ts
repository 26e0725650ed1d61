import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../core/config.ts';
import type { Paths } from '../../core/paths.ts';
import { checkSocketPath } from '../../core/socket-path.ts';
import { version } from '../../core/version.ts';
import { closeAgentListener, createAgentListener } from '../agent/listener.ts';
import { systemClock } from '../clock.ts';
import { composeDaemon } from '../compose.ts';
import { removeOpenCopies } from '../store/open-copy.ts';
import { openStore } from '../store/store.ts';
import { keptPath, SeenManifests } from '../vault/seen.ts';
import { SyncedCopy } from '../vault/synced-copy.ts';
import { Collector } from './collector.ts';
import { removeDaemonFile, writeDaemonFile } from './daemon-file.ts';
import { Lifetime } from './lifetime.ts';
import { lockDatabase } from './lock.ts';
import type { LogFile } from './log-file.ts';
import { createRinse } from './rinse.ts';
import { closeServer, createListener } from './server.ts';
import { listenOnPort, listenOnSocket } from './socket.ts';

export interface DaemonOptions {
  readonly paths: Paths;
  readonly config: Config;
  /** The TCP port on 127.0.0.1; null for the socket alone. */
  readonly port: number | null;
  readonly stay: boolean;
  readonly log: LogFile;
  /** Called once, when the daemon is to end by itself. */
  readonly onEnd: () => void;
}

export interface RunningDaemon {
  readonly port: number | null;
  /** Stops listening, finishes what is under way, and forgets every key. */
  stop(): Promise<void>;
}

/** How often sessions are looked through for those that have reached a limit. */
const sweepMilliseconds = 10_000;
/** Requests under way when the daemon ends get this long. */
const farewellMilliseconds = 5000;

/** Of the daemon's own environment, which is clean, what any program needs. */
function askpassEnvironment(): Record<string, string> {
  const wanted = ['HOME', 'PATH', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR'];
  return Object.fromEntries(wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

const built = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Opens the database and listens. When it resolves, clients find the daemon. */
export async function startDaemon({ paths, config, port, stay, log, onEnd }: DaemonOptions): Promise<RunningDaemon> {
  checkSocketPath(paths.socket, process.platform);
  const lock = await lockDatabase(paths);
  const undo: (() => Promise<void> | void)[] = [() => lock.release()];
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    removeOpenCopies(paths.database);
    const store = await openStore(paths.database);
    undo.push(() => store.close());
    const onUnwritten = (error: unknown) => {
      log.note('seen.json cannot be written: until it can, an older copy of the vault may not be noticed');
      log.defect(error);
    };
    const kept = new SyncedCopy(keptPath(paths.seen), onUnwritten);
    undo.push(() => kept.close());
    const seen = new SeenManifests(paths.seen, onUnwritten, kept);
    if (seen.unreadable === 'all') log.note('seen.json cannot be read: an older copy of the vault would not be noticed');
    if (seen.unreadable === 'newest') log.note('seen.json cannot be read: what was synced last counts');
    const rinse = createRinse(paths.socket);
    let boundPort: number | null = null;
    const startedAt = new Date(systemClock.wall()).toISOString();
    const { app, sessions, door, agent, endLog, forget } = composeDaemon({
      store,
      seen,
      clock: systemClock,
      config,
      passwordWorker: built('./password-worker.js'),
      docsAssets: built('./docs'),
      log,
      process: () => ({ pid: process.pid, startedAt, socket: paths.socket, port: boundPort, database: paths.database }),
      askpassEnvironment: askpassEnvironment(),
      onRest: () => {
        rinse();
        lifetime.rested();
      },
    });
    undo.push(forget, endLog);
    const lifetime = new Lifetime({ stay, sessions: () => sessions.count, working: (way) => door.working(way), end: onEnd });
    const sweep = setInterval(() => sessions.sweep(), sweepMilliseconds).unref();
    const collector = new Collector();
    let ending = false;
    const admit = (outgoing: ServerResponse) => {
      lifetime.touched();
      collector.began();
      outgoing.once('close', () => collector.ended());
      return !ending;
    };
    const onSocket = createListener({ app, way: 'socket', admit });
    const onTcp = createListener({ app, way: 'tcp', admit });
    undo.push(async () => {
      ending = true;
      lifetime.stop();
      collector.stop();
      clearInterval(sweep);
      await Promise.all([onSocket, onTcp].map((server) => closeServer(server, farewellMilliseconds)));
    });
    const forAgent = createAgentListener((request) => agent.answer(request));
    undo.push(() => closeAgentListener(forAgent));
    undo.push(await listenOnSocket(forAgent, paths.agentSocket));
    undo.push(await listenOnSocket(onSocket, paths.socket));
    if (port !== null) boundPort = await listenOnPort(onTcp, port);
    writeDaemonFile(paths.daemonFile, paths.socket);
    // Taken away first of all: who looks for a daemon from now on starts another, which waits for the lock.
    undo.push(() => removeDaemonFile(paths.daemonFile));
    log.note(`started: version ${version}, process ${String(process.pid)}${boundPort === null ? '' : `, port ${String(boundPort)}`}`);
    return { port: boundPort, stop: unwind };
  } catch (error) {
    await unwind();
    throw error;
  }
}
