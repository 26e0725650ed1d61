import type { StatusResponse } from '../core/api/status.ts';
import { type Config, kdfParameters } from '../core/config.ts';
import { createApp } from './app.ts';
import { AgentKeys } from './agent/agent-keys.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { Attempts } from './password/attempts.ts';
import { Backups } from './password/backups.ts';
import { Door } from './password/door.ts';
import { Passwords } from './password/passwords.ts';
import { DerivationPlaces } from './password/places.ts';
import { Recovery } from './password/recovery.ts';
import { ScopedTokens } from './scopes/scoped-tokens.ts';
import { type BootKeys, createBootKeys, wipeBootKeys } from './sessions/boot.ts';
import { Sessions } from './sessions/sessions.ts';
import { createTokens } from './sessions/token.ts';
import type { Store } from './store/store.ts';
import { createVaultContext } from './vault/context.ts';
import type { SeenManifests } from './vault/seen.ts';

/** What a daemon is made of that lies outside of it. */
export interface DaemonParts {
  readonly store: Store;
  readonly seen: SeenManifests;
  readonly clock: Clock;
  readonly config: Config;
  /** The bundled password/worker.ts. */
  readonly passwordWorker: string;
  /** Where swagger-ui's files are. */
  readonly docsAssets: string;
  readonly log: Log;
  /** What `/status` says about the process. */
  readonly process: () => Omit<NonNullable<StatusResponse['daemon']>, 'sessions'>;
  /** This process's keys, where somebody else has to know them to try forgeries; otherwise new ones. */
  readonly boot?: BootKeys;
  /** What a program that asks somebody to agree starts with, beside the display. */
  readonly askpassEnvironment: Readonly<Record<string, string>>;
  /** Called whenever a session, or work on a password, has ended: maybe nothing is left to do. */
  readonly onRest: () => void;
}

const minute = 60_000;

/** Puts the daemon together, without listening anywhere. */
export function composeDaemon(parts: DaemonParts) {
  const { store, seen, clock, config, log, onRest } = parts;
  const vault = createVaultContext({
    store,
    clock,
    seen,
    generatorDefaults: config.generate,
    logKeepDays: config.log.keepDays,
    readsPerMinute: config.brake.readsPerMinute,
  });
  const agent: AgentKeys = new AgentKeys({ vault, log, environment: parts.askpassEnvironment, isOpen: (userId) => sessions.has(userId) });
  const boot = parts.boot ?? createBootKeys();
  const sessions: Sessions = new Sessions({
    boot,
    tokens: createTokens(boot.token),
    clock,
    limits: { idle: config.session.idleMinutes * minute, absolute: config.session.absoluteHours * 60 * minute },
    scopes: new ScopedTokens({ store, clock, accessLog: vault.accessLog }),
    onOpen: (caller) => agent.refresh(caller),
    onUserGone: (userId) => agent.end(userId),
    onEmpty: onRest,
  });
  const door = new Door({
    attempts: new Attempts(boot.door, clock),
    places: new DerivationPlaces(),
    worker: parts.passwordWorker,
    onDone: onRest,
  });
  const kdf = kdfParameters(config);
  const passwords = new Passwords({
    vault,
    sessions,
    door,
    decoyKey: boot.door,
    kdf,
    onAskpass: (userId, askpass) => agent.askWith(userId, askpass),
  });
  const recovery = new Recovery({ vault, sessions, door, kdf });
  const backups = new Backups({ vault, sessions, door });
  const app = createApp({ vault, sessions, passwords, recovery, backups, daemon: parts.process, docsAssets: parts.docsAssets, log });
  return { app, sessions, passwords, door, agent, endLog: () => vault.accessLog.close(), forget: () => wipeBootKeys(boot) };
}
