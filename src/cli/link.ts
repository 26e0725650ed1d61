import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { VaultError } from '../core/errors.ts';
import { protocolVersion } from '../core/limits.ts';
import type { Paths } from '../core/paths.ts';
import { checkSocketPath } from '../core/socket-path.ts';
import { findDaemon, startDaemon, stopDaemon } from './daemon-process.ts';
import { variable, type Environment } from './environment.ts';
import { candidateSockets, daemonFit, readDaemonFile } from './locate.ts';
import { checkPrivateDirectory, checkPrivateSocket } from './private-files.ts';
import { NoDaemonError, send, sendAndStream, type Answer, type Endpoint, type Request, type StreamedAnswer } from './transport.ts';
import { localTokens, remoteTokens, type TokenFile, type TokenPaths } from './token-file.ts';
import { urlOf } from '../core/url.ts';

/** The way to the daemon: the one of this database, or the one that `VAULTD_URL` names. */
export interface Link {
  /** Where tokens for this daemon are kept. */
  readonly tokens: TokenFile;
  /** Whether this is the daemon of this machine's database, which the command line starts and stops. */
  readonly local: boolean;
  /** Sends a request to a running daemon. `NoDaemonError` where none runs. */
  send(request: Request): Promise<Answer>;
  /** The same, for an answer that is read as it comes. */
  stream(request: Request): Promise<StreamedAnswer>;
  /** Starts the daemon where none runs; of a daemon elsewhere `daemon_unreachable`. */
  start(): Promise<void>;
}

export interface LinkOptions {
  readonly paths: Paths;
  readonly env: Environment;
  readonly vaultd: string;
  readonly note: (line: string) => void;
}

/** A request can be repeated where the daemon surely did not act on it. */
function mayRepeat(error: unknown, request: Request): boolean {
  return error instanceof NoDaemonError && (!error.sent || request.repeatable);
}

function endedBeforeAnswer(cause: unknown): VaultError {
  return new VaultError('daemon_unreachable', 'the daemon ended before it answered: the change may have been made or not', {
    hint: 'look with vault get or vault list before you repeat it',
    cause,
  });
}

/** `send` or `sendAndStream`. */
type Send<A> = (endpoint: Endpoint, request: Request) => Promise<A>;

function checkProtocol<A extends Pick<Answer, 'headers'>>(answer: A): A {
  const told = answer.headers['vault-protocol'];
  if (told === undefined || Number(told) === protocolVersion) return answer;
  throw new VaultError('daemon_version_mismatch', 'the daemon speaks another version of the protocol', {
    hint: 'use the same version of vault on both sides',
  });
}

/** Tokens lie beside the socket that is in use: cron or sudo, whose runtime directory is another one, find them there too. */
function tokenPaths(paths: Paths): TokenPaths {
  const told = readDaemonFile(paths);
  const directory = told === null ? paths.runtimeDir : dirname(told.socket);
  try {
    if (directory === paths.runtimeDir || !checkPrivateDirectory(directory)) return paths;
  } catch {
    // What is not ours alone is refused where the socket is looked for; no token is taken from there.
    return paths;
  }
  return {
    runtimeDir: directory,
    token: join(directory, basename(paths.token)),
    tokenAccount: join(directory, basename(paths.tokenAccount)),
  };
}

function localLink({ paths, env, vaultd, note }: LinkOptions): Link {
  /** Ends an older daemon; its sessions end with it, and the new one asks for the master password. */
  const replaceOlder = async () => {
    const told = readDaemonFile(paths);
    if (told === null) return;
    try {
      if (daemonFit(told) === 'use') return;
    } catch (error) {
      // It was killed, and only its file is left.
      if ((await findDaemon(paths)) === null) return;
      throw error;
    }
    if (await stopDaemon(paths)) note(`ended the older daemon (version ${told.version})`);
  };
  const reach = async <A extends Pick<Answer, 'headers'>>(request: Request, sendBy: Send<A>): Promise<A> => {
    let last: NoDaemonError = new NoDaemonError(false, null);
    for (let attempt = 0; attempt < 2; attempt++) {
      await replaceOlder();
      let tried = 0;
      for (const path of candidateSockets(paths)) {
        tried += 1;
        try {
          return checkProtocol(await sendBy({ kind: 'socket', path }, request));
        } catch (error) {
          if (!(error instanceof NoDaemonError)) throw error;
          if (!mayRepeat(error, request)) throw endedBeforeAnswer(error);
          last = error;
        }
      }
      if (tried === 0) break;
    }
    throw last;
  };
  return {
    local: true,
    get tokens() {
      return localTokens(tokenPaths(paths));
    },
    send: (request) => reach(request, send),
    stream: (request) => reach(request, sendAndStream),
    start: async () => {
      await replaceOlder();
      await startDaemon({ paths, env, vaultd });
    },
  };
}

function parseUrl(text: string): Endpoint {
  const refuse = () =>
    new VaultError('usage', 'VAULTD_URL must be unix:/path/to/socket or https://host', {
      hint: 'unset it to use the daemon of this machine',
    });
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    if (!path.startsWith('/')) throw refuse();
    return { kind: 'socket', path };
  }
  const url = urlOf(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') throw refuse();
  return { kind: 'https', url };
}

function remoteLink(text: string, { paths }: LinkOptions): Link {
  const endpoint = parseUrl(text);
  const unreachable = (cause: unknown) =>
    new VaultError('daemon_unreachable', 'no daemon listens at VAULTD_URL', {
      hint: 'unset VAULTD_URL to use the daemon of this machine',
      cause,
    });
  const request = async <A extends Pick<Answer, 'headers'>>(sent: Request, sendBy: Send<A>): Promise<A> => {
    if (endpoint.kind === 'socket') {
      checkSocketPath(endpoint.path, process.platform);
      if (!existsSync(endpoint.path)) throw unreachable(null);
      if (!checkPrivateDirectory(dirname(endpoint.path)) || !checkPrivateSocket(endpoint.path)) throw unreachable(null);
    }
    return checkProtocol(await sendBy(endpoint, sent));
  };
  const reach = async <A extends Pick<Answer, 'headers'>>(sent: Request, sendBy: Send<A>): Promise<A> => {
    try {
      return await request(sent, sendBy);
    } catch (error) {
      if (!(error instanceof NoDaemonError)) throw error;
      if (!mayRepeat(error, sent)) throw endedBeforeAnswer(error);
    }
    try {
      return await request(sent, sendBy);
    } catch (error) {
      throw error instanceof NoDaemonError ? unreachable(error) : error;
    }
  };
  return {
    local: false,
    tokens: remoteTokens(paths, text),
    send: (sent) => reach(sent, send),
    stream: (sent) => reach(sent, sendAndStream),
    start: () => Promise.reject(unreachable(null)),
  };
}

export function createLink(options: LinkOptions): Link {
  const url = variable(options.env, 'VAULTD_URL');
  return url === null ? localLink(options) : remoteLink(url, options);
}
