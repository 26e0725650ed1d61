import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { measureTimes, type Times } from './statistics.ts';

/**
 * Starts programs and times them from a small process of its own. Starting one copies the page tables of who starts it: in a process
 * that has held a hundred thousand entries that takes longer than the program.
 */
export class Starter {
  readonly #process: ChildProcess = fork('scripts/run.js', ['bench/start-programs.ts'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /** Times `count` runs of a program, whatever it prints, after one that does not count. `args` learns which run it is. */
  async measure(count: number, program: string, args: (run: number) => readonly string[]): Promise<Times> {
    return await measureTimes(count, (run) => this.#time(program, args(run)));
  }

  end(): void {
    this.#process.kill();
  }

  async #time(program: string, args: readonly string[]): Promise<number> {
    this.#process.send({ program, args, environment: this.#environment });
    const answers: unknown[] = await once(this.#process, 'message');
    const [took] = answers;
    if (typeof took !== 'number') throw new Error(`${program} ${args.join(' ')} failed`);
    return took;
  }
}
