import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { copyToClipboard, fingerprint } from '../clipboard.ts';
import { readConfigFile } from '../config-file.ts';
import { variable, type Environment } from '../environment.ts';
import { fieldValue } from '../fields.ts';
import { entryTitle } from '../text.ts';
import { readHelper, type Command } from './helper-program.ts';

/** How values are handed out where the system tells of each paste. */
interface Server {
  /** Serves a value to one paste, and ends; in the same way where another program takes the clipboard. */
  readonly serve: Command;
  /** Prints in which forms the clipboard holds what it holds; fails where that is nothing. */
  readonly forms: Command;
  /** Prints what it holds; fails where that is no text. */
  readonly read: Command;
}

function serverHere(env: Environment): Server | null {
  if (variable(env, 'WAYLAND_DISPLAY') !== null) {
    return {
      serve: ['wl-copy', '--foreground', '--paste-once', '--type', 'text/plain'],
      forms: ['wl-paste', '--list-types'],
      read: ['wl-paste', '--no-newline'],
    };
  }
  if (variable(env, 'DISPLAY') === null) return null;
  const xclip = ['xclip', '-selection', 'clipboard'] as const;
  return {
    serve: [...xclip, '-in', '-quiet', '-loops', '1'],
    forms: [...xclip, '-out', '-target', 'TARGETS'],
    read: [...xclip, '-out', '-target', 'UTF8_STRING'],
  };
}

type Outcome = 'pasted' | 'waited in vain' | 'asked in vain' | 'failed';

/** So often, and so long apart, a clipboard is looked at that offers something and gives nothing. */
const looks = 20;
const betweenLooksMs = 50;

/** Whether somebody copied something else since. A program that keeps what was copied may hold the value itself: nobody copied then. */
async function isTaken({ forms, read }: Server, value: string): Promise<boolean> {
  for (let look = 1; look <= looks; look++) {
    try {
      await readHelper(forms);
    } catch {
      return false;
    }
    const found = await readHelper(read).catch(() => '');
    const key = randomBytes(32);
    if (found !== '') return !fingerprint(key, found).equals(fingerprint(key, value));
    // What served the value has ended, and the system may not have noticed yet; or what was copied is no text.
    await sleep(betweenLooksMs);
  }
  return true;
}

/** What xclip says on stderr once the clipboard is its own. Where it fails after that, who asked has gone before the answer. */
const isServing = 'Waiting for';

/** Serves a value until it was pasted, or for so long; 0 is for ever. */
function serveOnce(cli: Cli, [program, ...args]: Command, value: string, seconds: number): Promise<Outcome> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const forget = cli.signals.onEnd(() => child.kill());
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  let isOver = false;
  const giveUp = () => {
    isOver = true;
    child.kill();
  };
  const timer = seconds === 0 ? undefined : setTimeout(giveUp, seconds * 1000);
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      forget();
      resolve(outcome);
    };
    child.stdin.on('error', () => undefined);
    child.stdin.end(value);
    child.once('error', () => {
      end('failed');
    });
    child.once('close', (code) => {
      if (code === 0) end('pasted');
      else if (isOver) end('waited in vain');
      else end(code !== null && said.includes(isServing) ? 'asked in vain' : 'failed');
    });
  });
}

/** The same, and again for as long as programs ask that do not wait for the answer. */
async function serve(...args: Parameters<typeof serveOnce>): Promise<Outcome> {
  for (;;) {
    const outcome = await serveOnce(...args);
    if (outcome !== 'asked in vain') return outcome;
  }
}

/** The names of `--seq`. A TOTP secret is nothing to paste: its code is meant. */
function namesOf(sequence: string): string[] {
  const names = sequence.split(',').map((name) => name.trim());
  if (names.includes('')) throw new VaultError('usage', '--seq takes fields with commas between', { hint: '--seq username,password,totp' });
  return names.map((name) => (name.toLowerCase() === 'totp' ? 'code' : name));
}

/** Where nothing tells of a paste, somebody at the terminal does. */
async function handOutByHand(cli: Cli, names: readonly string[], valueOf: (name: string) => Promise<string>): Promise<void> {
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('clipboard_unavailable', 'nothing here tells when a value was pasted', {
      hint: 'xclip (X11) and wl-clipboard (Wayland) do, or somebody at a terminal',
    });
  }
  for (const [i, name] of names.entries()) {
    const about = await copyToClipboard(cli, await valueOf(name));
    const next = names[i + 1];
    if (next === undefined) cli.output.note(`copied the ${name}${about}`);
    else await prompts.text(`Copied the ${name}. Enter copies the ${next}:`);
  }
}

/** `vault get NAME -c --seq FIELD,FIELD…`: each value is on the clipboard until it was pasted, then the next one is. */
export async function copySequence(cli: Cli, entry: Entry, sequence: string): Promise<void> {
  const names = namesOf(sequence);
  const valueOf = (name: string) => fieldValue(entry, name, Date.now());
  for (const name of names) await valueOf(name);
  const { config, problems } = readConfigFile(cli.paths.config);
  if (problems[0] !== undefined) throw problems[0];
  const server = serverHere(cli.env);
  for (const [i, name] of names.entries()) {
    if (server !== null) cli.output.note(`paste the ${name} of ${entryTitle(entry)}`);
    const value = await valueOf(name);
    const outcome = server === null ? 'failed' : await serve(cli, server.serve, value, config.clipboard.clearSeconds);
    if (outcome === 'pasted' && server !== null && (await isTaken(server, value))) {
      throw new VaultError('cancelled', `something else was copied before the ${name} was pasted: it stays on the clipboard`);
    }
    if (outcome === 'waited in vain') {
      throw new VaultError('cancelled', `nobody pasted the ${name}: the clipboard is empty`, {
        hint: 'clipboard.clearSeconds says how long it waits',
      });
    }
    if (outcome === 'failed') {
      await handOutByHand(cli, names.slice(i), valueOf);
      return;
    }
  }
}
