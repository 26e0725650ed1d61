import { isAbsolute, join } from 'node:path';

/** What of a process decides where its files are. All of it comes from outside, so that tests need no environment. */
export interface PathsInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's id; undefined where the system has none. */
  readonly uid: number | undefined;
  /** The home directory, absolute. */
  readonly home: string;
  /** What a relative `VAULTD_HOME` starts from. */
  readonly cwd: string;
  /** Whether `/run/user/UID` is a directory that belongs to this user. Asked only where `XDG_RUNTIME_DIR` is unset. */
  readonly ownsRunUser: boolean;
}

/** The agent's socket lies beside the daemon's. */
export const agentSocketName = 'agent.sock';

/** Every file and directory that Vault uses (DESIGN section 8). */
export interface Paths {
  readonly dataDir: string;
  readonly configDir: string;
  readonly stateDir: string;
  readonly runtimeDir: string;
  readonly database: string;
  /** Locked by the daemon that has the database open. */
  readonly databaseLock: string;
  /** JSON that says where that daemon listens. */
  readonly daemonFile: string;
  readonly config: string;
  readonly socket: string;
  /** Where SSH clients find the agent (`SSH_AUTH_SOCK`). */
  readonly agentSocket: string;
  /** The bare token of the current account. */
  readonly token: string;
  /** The name of the account that `token` is for. */
  readonly tokenAccount: string;
  readonly log: string;
  /** The last manifest seen of each user. */
  readonly seen: string;
}

interface Directories {
  readonly dataDir: string;
  readonly configDir: string;
  readonly stateDir: string;
  readonly runtimeDir: string;
}

function directories({ env, uid, home, cwd, ownsRunUser }: PathsInput): Directories {
  const own = env['VAULTD_HOME'];
  if (own !== undefined && own !== '') {
    const dir = isAbsolute(own) ? join(own) : join(cwd, own);
    return { dataDir: dir, configDir: dir, stateDir: dir, runtimeDir: dir };
  }
  /** The XDG Base Directory Specification: an empty or relative value counts as unset. */
  const base = (variable: string) => {
    const value = env[variable];
    return value !== undefined && isAbsolute(value) ? value : null;
  };
  const stateDir = join(base('XDG_STATE_HOME') ?? join(home, '.local', 'state'), 'vault');
  const systemRuntime = uid !== undefined && ownsRunUser ? join('/run/user', String(uid)) : null;
  const runtimeBase = base('XDG_RUNTIME_DIR') ?? systemRuntime;
  return {
    dataDir: join(base('XDG_DATA_HOME') ?? join(home, '.local', 'share'), 'vault'),
    configDir: join(base('XDG_CONFIG_HOME') ?? join(home, '.config'), 'vault'),
    stateDir,
    runtimeDir: runtimeBase === null ? join(stateDir, 'run') : join(runtimeBase, 'vault'),
  };
}

/** Where everything is: below the XDG directories, or all of it in `VAULTD_HOME`. */
export function resolvePaths(input: PathsInput): Paths {
  const dirs = directories(input);
  const database = join(dirs.dataDir, 'vault.db');
  return {
    ...dirs,
    database,
    databaseLock: `${database}.lock`,
    daemonFile: `${database}.daemon`,
    config: join(dirs.configDir, 'config.json'),
    socket: join(dirs.runtimeDir, 'daemon.sock'),
    agentSocket: join(dirs.runtimeDir, agentSocketName),
    token: join(dirs.runtimeDir, 'token'),
    tokenAccount: join(dirs.runtimeDir, 'account'),
    log: join(dirs.stateDir, 'daemon.log'),
    seen: join(dirs.stateDir, 'seen.json'),
  };
}
