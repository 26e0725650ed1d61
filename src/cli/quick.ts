import { fstatSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { protocolVersion } from '../core/limits.ts';
import { isReference, parseReference } from '../core/reference.ts';
import { version } from '../core/version.ts';
import { decodeAnswer, encodeCall, type Call, type Method, type Path, type Success } from './api.ts';
import { pathsOf, variable, type Environment } from './environment.ts';
import { exchange } from './exchange.ts';
import { fieldValue } from './fields.ts';
import { readDaemonFile } from './locate.ts';
import { checkName, refusePasswordInUrl } from './names.ts';
import { checkPrivateDirectory, checkPrivateSocket, readPrivateFile } from './private-files.ts';
import { listLines } from './show-list.ts';
import type { Paths } from '../core/paths.ts';

/*
 * The plain forms of the commands that scripts and prompts run most, without Commander and all that comes with it: a third of
 * the time. Only what succeeds in the ordinary way is done here. Whatever else there is (an option, a terminal, a locked vault,
 * an older daemon, an error) makes this give up before anything was printed, and the whole command line does it from the start:
 * what is asked here changes nothing.
 */

/** A command in its plain form. */
type PlainForm =
  | { readonly command: 'get'; readonly name: string; readonly field: string }
  | { readonly command: 'read'; readonly reference: string }
  | { readonly command: 'list' }
  | { readonly command: 'generate'; readonly length: number | undefined };

/** What a command line in a plain form asks for; null for every other one. */
export function plainForm(args: readonly string[]): PlainForm | null {
  const [command, ...rest] = args;
  const [first, option, field] = rest;
  if (command === 'get' || command === 'show') {
    if (first === undefined || first.startsWith('-')) return null;
    if (rest.length === 1) return { command: 'get', name: first, field: 'password' };
    const named = rest.length === 3 && option === '-f' && field !== undefined && !field.startsWith('-');
    return named ? { command: 'get', name: first, field } : null;
  }
  if (command === 'read') return rest.length === 1 && first !== undefined && isReference(first) ? { command, reference: first } : null;
  if (command === 'list' || command === 'ls') return rest.length === 0 ? { command: 'list' } : null;
  if (command !== 'generate' && command !== 'gen') return null;
  if (first === undefined) return { command: 'generate', length: undefined };
  return rest.length === 1 && /^[1-9]\d{0,2}$/.test(first) ? { command: 'generate', length: Number(first) } : null;
}

/** Where the daemon of this version listens, by its own word, checked as `candidateSockets` does; null where anything is unusual. */
function socketOf(paths: Paths): string | null {
  const daemon = readDaemonFile(paths);
  if (daemon?.version !== version || daemon.protocol !== protocolVersion) return null;
  return checkPrivateDirectory(dirname(daemon.socket)) && checkPrivateSocket(daemon.socket) ? daemon.socket : null;
}

const headEnd = Buffer.from('\r\n\r\n');

/** The body of a plain answer (RFC 9112): status 200, of a length that it says; null for any other. */
function bodyOf(answer: Buffer): string | null {
  const end = answer.indexOf(headEnd);
  if (end < 0) return null;
  const [status = '', ...fields] = answer.toString('latin1', 0, end).toLowerCase().split('\r\n');
  const field = (name: string) =>
    fields
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const body = answer.subarray(end + headEnd.length);
  const whole = status.startsWith('http/1.1 200 ') && Number(field('content-length')) === body.length;
  return whole && Number(field('vault-protocol')) === protocolVersion ? body.toString('utf8') : null;
}

async function ask<P extends Path, M extends Method<P>>(
  socket: string,
  call: Call<P, M>,
  token: string | null,
): Promise<Success<P, M> | null> {
  const { method, path, headers, body = '' } = encodeCall(call, { token });
  const length = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ Host: 'localhost', ...headers, ...length, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const answer = await exchange(socket, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  const answered = answer === null ? null : bodyOf(answer);
  return answered === null ? null : decodeAnswer<P, M>({ status: 200, headers: {}, body: answered });
}

async function result(form: PlainForm, paths: Paths, token: string | null): Promise<string | null> {
  const socket = socketOf(paths);
  if (socket === null) return null;
  if (form.command === 'generate') {
    const json = form.length === undefined ? {} : { length: form.length };
    return (await ask(socket, { path: '/generate', method: '$post', json }, null))?.password ?? null;
  }
  if (token === null) return null;
  if (form.command === 'list') {
    const entries = await ask(socket, { path: '/passwords', method: '$get', query: {} }, token);
    return entries === null
      ? null
      : listLines(entries)
          .map((line) => `${line}\n`)
          .join('');
  }
  const { name, username, field } = form.command === 'read' ? parseReference(form.reference) : { ...form, username: null };
  checkName(name);
  refusePasswordInUrl(name);
  const query = { field, ...(username === null ? {} : { username }) };
  const entry = await ask(socket, { path: '/passwords/:website', method: '$get', param: { website: name }, query }, token);
  return entry === null ? null : await fieldValue(entry, field, Date.now());
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Writes all of a text to stdout, whatever it is connected to: waits for a pipe that is full, and stops where nobody reads on. */
function print(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (codeOf(error) === 'EPIPE') return;
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Runs a command line that is in a plain form and takes its ordinary course; false, with nothing printed, for every other. */
export async function runQuickly(args: readonly string[], env: Environment): Promise<boolean> {
  const form = plainForm(args);
  // A terminal wants hazards escaped, tables and a newline: the whole command line knows how.
  if (form === null || variable(env, 'VAULTD_URL') !== null || variable(env, 'VAULTD_ACCOUNT') !== null) return false;
  if (await printsToTerminal()) return false;
  const text = await plainResult(form, env);
  if (text === null) return false;
  try {
    print(text);
  } catch (error) {
    const { asVaultError, reportError } = await import('./report.ts');
    process.exitCode = reportError(asVaultError(error), process.stderr, { json: false, color: false });
  }
  return true;
}

/** The token of the account that was logged into last (token-file.ts). */
function currentToken({ token }: Paths): string | null {
  const text = readPrivateFile(token)?.trim() ?? '';
  return text === '' ? null : text;
}

/** Whether stdout is a terminal. `node:tty` costs more than a connection: it is asked only about a device that is not /dev/null. */
async function printsToTerminal(): Promise<boolean> {
  const stdout = fstatSync(1);
  if (!stdout.isCharacterDevice() || stdout.rdev === statSync('/dev/null').rdev) return false;
  return (await import('node:tty')).isatty(1);
}

async function plainResult(form: PlainForm, env: Environment): Promise<string | null> {
  try {
    const paths = pathsOf(env, process.cwd());
    return await result(form, paths, variable(env, 'VAULTD_TOKEN') ?? currentToken(paths));
  } catch {
    return null;
  }
}
