import { availableParallelism } from 'node:os';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { VaultError } from '../core/errors.ts';
import type { Program } from './cli.ts';
import type { Environment } from './environment.ts';
import { linesOf } from './exported-entries.ts';
import { rateCommand } from './hidden.ts';

/*
 * How strong passwords are is computed by helpers: this program again, as many as the machine has processors for. Passwords go
 * to them through pipes, one JSON line each, and numbers come back.
 */

/** Each holds its dictionaries: a hundred megabytes. */
const mostHelpers = 4;
/** What waits at one helper before another is started, and before more is read. */
const startAnother = 32;
const enough = 128;

type Rated = (guessesLog10: number) => void;

interface Helper {
  readonly child: ChildProcessWithoutNullStreams;
  readonly waiting: Rated[];
}

export interface StrengthHelpers {
  /** Has a password rated; `rated` is called with the logarithm of its guesses. Waits where much is waiting. */
  rate(password: string, guessable: readonly string[], rated: Rated): Promise<void>;
  /** Waits until all are rated. */
  finish(): Promise<void>;
  /** Ends the helpers, whatever they are at. */
  stop(): void;
}

export function createStrengthHelpers(program: Program, env: Environment): StrengthHelpers {
  const helpers: Helper[] = [];
  const most = Math.min(mostHelpers, availableParallelism());
  let failure: VaultError | null = null;
  let wake: () => void = () => undefined;

  const start = (): Helper => {
    const [command, ...args] = program.again;
    const child = spawn(command, [...args, rateCommand], {
      cwd: '/',
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('VAULTD_'))),
    });
    const helper: Helper = { child, waiting: [] };
    const fail = (cause?: unknown) => {
      if (helper.waiting.length > 0) failure ??= new VaultError('internal', 'a helper that rates passwords has ended', { cause });
      wake();
    };
    child.on('error', fail);
    child.on('close', fail);
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    void (async () => {
      for await (const line of linesOf(child.stdout)) {
        helper.waiting.shift()?.(Number(line));
        wake();
      }
    })().catch(fail);
    helpers.push(helper);
    return helper;
  };

  const leastBusy = () =>
    helpers.reduce<Helper | null>((best, one) => (best !== null && best.waiting.length <= one.waiting.length ? best : one), null);
  const next = async () => {
    // A helper that has ended already wakes nobody.
    if (failure === null) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure !== null) throw failure;
  };
  return {
    rate: async (password, guessable, rated) => {
      let helper = leastBusy();
      if (helper === null || (helper.waiting.length >= startAnother && helpers.length < most)) helper = start();
      while (helper.waiting.length >= enough) {
        await next();
        helper = leastBusy() ?? helper;
      }
      helper.waiting.push(rated);
      helper.child.stdin.write(`${JSON.stringify([password, guessable])}\n`);
    },
    finish: async () => {
      while (helpers.some(({ waiting }) => waiting.length > 0)) await next();
    },
    stop: () => {
      for (const { child } of helpers) child.kill();
    },
  };
}
