import { existsSync } from 'node:fs';
import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import type { Success } from './api.ts';
import { NoDaemonError } from './transport.ts';

type Status = Success<'/status', '$get'>;

/** What `vault status --json` prints: every key is always there. */
export interface State {
  readonly daemon: {
    readonly running: boolean;
    readonly pid: number | null;
    readonly version: string | null;
    readonly protocol: number | null;
    readonly startedAt: string | null;
    readonly socket: string | null;
    readonly port: number | null;
    readonly database: string | null;
    readonly sessions: number;
  };
  /** Whether this command line has no open session. */
  readonly locked: boolean;
  readonly account: string | null;
  /** All accounts; null where nobody runs who could say, and there may be some. */
  readonly accounts: readonly string[] | null;
  readonly session: { readonly createdAt: string; readonly idleExpiresAt: string; readonly expiresAt: string } | null;
}

function running({ version, protocol, daemon, accounts, locked, session }: Status, account: string | null): State {
  const { pid = null, startedAt = null, socket = null, port = null, database = null, sessions = 0 } = daemon ?? {};
  return {
    daemon: { running: true, pid, version, protocol, startedAt, socket, port, database, sessions },
    locked: locked ?? true,
    account: session?.account ?? account,
    accounts: accounts ?? null,
    session: session == null ? null : { createdAt: session.createdAt, idleExpiresAt: session.idleExpiresAt, expiresAt: session.expiresAt },
  };
}

/** How things are. Never starts a daemon, never asks. */
export async function stateOf(cli: Cli): Promise<State> {
  const { client } = cli;
  try {
    return running(
      await client.ask({ path: '/status', method: '$get' }, { token: client.token(), background: true, timeoutSeconds: 10 }),
      client.account,
    );
  } catch (error) {
    const none =
      error instanceof NoDaemonError || (!client.link.local && error instanceof VaultError && error.code === 'daemon_unreachable');
    if (!none) throw error;
  }
  const daemon = {
    running: false,
    pid: null,
    version: null,
    protocol: null,
    startedAt: null,
    socket: null,
    port: null,
    database: null,
    sessions: 0,
  };
  const isNew = client.link.local && !existsSync(cli.paths.database);
  return { daemon, locked: true, account: client.account, accounts: isNew ? [] : null, session: null };
}
