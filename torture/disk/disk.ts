import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../test/support/repository.ts';
import type { Run } from '../frame/run.ts';

/** What the disk does from a step on; a step is one change, or one sync, of a file of the vault. */
export const faults = {
  /** Nothing goes wrong; steps are counted. */
  none: 0,
  /** There is no room for more, until it is mended. */
  full: 1,
  /** One step fails with an I/O error. */
  failsOnce: 2,
  /** Every step fails, until it is mended. */
  fails: 3,
  /** The process ends before the step. */
  kill: 4,
  /** The process ends in the middle of the step. */
  tear: 5,
} as const;

export type Fault = keyof typeof faults;

/** What the shim needs: why it cannot be used here, or null. */
export function shimImpossible(): string | null {
  if (process.platform !== 'linux') return 'the shim is made for Linux';
  return spawnSync('cc', ['--version']).status === 0 ? null : 'there is no C compiler (apt-get install gcc)';
}

/** The file system as one daemon sees it: a library between it and its files, told by a file in shared memory what to do. */
export class Disk {
  readonly #library: string;
  readonly #control: string;
  readonly #log: string | null;
  readonly #home: string;

  constructor(run: Run, home: string, { log }: { readonly log: boolean }) {
    const directory = run.directory();
    this.#home = home;
    this.#library = join(directory, 'shim.so');
    this.#control = join(directory, 'control');
    this.#log = log ? join(directory, 'log') : null;
    const made = spawnSync('cc', ['-O1', '-shared', '-fPIC', '-o', this.#library, join(repository, 'torture/disk/shim.c'), '-ldl']);
    if (made.status !== 0) throw new Error(`the shim does not compile: ${made.stderr.toString()}`);
    this.mend();
  }

  /** What a daemon's environment needs. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      TORTURE_HOME: this.#home,
      TORTURE_CONTROL: this.#control,
      ...(this.#log === null ? {} : { TORTURE_LOG: this.#log }),
    };
  }

  /** From the `at`-th step on, counted from now, something goes wrong. */
  arm(fault: Fault, at: number): void {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(faults[fault], 0);
    bytes.writeUInt32LE(at, 4);
    this.#write(bytes);
  }

  /** Nothing goes wrong any more, and steps are counted anew. */
  mend(): void {
    this.arm('none', 0);
  }

  /** Steps since it was armed or mended, and how many of them failed. */
  counted(): { steps: number; failed: number } {
    const bytes = readFileSync(this.#control);
    return { steps: bytes.readUInt32LE(8), failed: bytes.readUInt32LE(12) };
  }

  /** The log so far. */
  log(): Buffer {
    if (this.#log === null) throw new Error('this disk keeps no log');
    return readFileSync(this.#log);
  }

  /** Writes a mark of the trial's own into the log, among the daemon's steps. */
  mark(text: string): void {
    if (this.#log === null) throw new Error('this disk keeps no log');
    const data = Buffer.from(text);
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0x544f5254, 0);
    head.writeUInt32LE(markStep, 4);
    head.writeUInt32LE(data.length, 12);
    writeFileSync(this.#log, Buffer.concat([head, data]), { flag: 'a' });
  }

  /** Written in place: the daemon has the file mapped. */
  #write(bytes: Buffer): void {
    const file = openSync(this.#control, constants.O_RDWR | constants.O_CREAT, 0o600);
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  }
}

/** The number of a mark among the steps that shim.c names. */
const markStep = 100;
