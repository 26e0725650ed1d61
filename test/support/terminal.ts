import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { Terminal as Emulator } from '@xterm/headless';
import { openByNode } from '../../src/cli/run/node-pty.ts';
import type { Pty } from '../../src/cli/run/pty.ts';

/** What a key sends; text is sent as it is. */
const keys = {
  enter: '\r',
  tab: '\t',
  escape: '\x1b',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-z': '\x1a',
} as const;

export type Key = keyof typeof keys;

export interface TerminalOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
}

export interface TerminalEnd {
  readonly code: number;
  /** The number of the signal that ended the program, or 0. */
  readonly signal: number;
}

const defaultTimeoutMs = 30_000;

/**
 * A program in a terminal of its own, which is also its /dev/tty. Nothing here sleeps: whoever drives it waits for what the program
 * shows, and is told what it did show when that never comes.
 */
export class Terminal {
  readonly #pty: Pty;
  readonly #emulator: Emulator;
  /** Called whenever something was shown or the program has ended. */
  readonly #waiters = new Set<() => void>();
  #raw = '';
  /** How far `waitFor` has read in the output. */
  #mark = 0;
  #end: TerminalEnd | null = null;

  constructor(program: string, args: readonly string[], { env, cwd, columns = 120, rows = 40 }: TerminalOptions) {
    this.#emulator = new Emulator({ cols: columns, rows, allowProposedApi: true });
    const decoder = new StringDecoder();
    const onData = (bytes: Uint8Array): void => {
      const text = decoder.write(Buffer.from(bytes));
      this.#raw += text;
      this.#emulator.write(text, () => this.#wake());
    };
    this.#pty = openByNode({ command: [program, ...args], env: { ...env, TERM: 'xterm-256color' }, cwd, columns, rows, onData });
    // A program may ask its terminal things (where is the cursor?) and wait for the answer.
    this.#emulator.onData((answer) => this.type(answer));
    void this.#pty.ended.then(({ code, signal }) => {
      // After all that was shown before it.
      this.#emulator.write('', () => {
        this.#end = { code: code ?? 0, signal: signal ?? 0 };
        this.#wake();
      });
    });
  }

  /** Everything shown so far, in order, without control sequences; what was drawn again stands there again. */
  get output(): string {
    return stripVTControlCharacters(this.#raw).replaceAll('\r\n', '\n');
  }

  /** Everything shown so far as the program sent it. */
  get raw(): string {
    return this.#raw;
  }

  /** What a person sees now, without the blank end of lines and screen. */
  async screen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#emulator.write('', resolve);
    });
    const buffer = this.#emulator.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, index) => buffer.getLine(index)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** Waits until the program shows a text that no earlier wait has passed; fails when the program ends without it. */
  async waitFor(wanted: string | RegExp, timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.#wait(`${String(wanted)} to appear`, timeoutMs, () => {
      const found = find(this.output, wanted, this.#mark);
      if (found !== null) this.#mark = found;
      return found !== null;
    });
  }

  /**
   * Waits until the line on which the cursor stands holds a text: a prompt that is ready for what is typed next. Unlike `waitFor` it is not
   * misled by what a prompt draws again with every key.
   */
  async waitForPrompt(wanted: string | RegExp, timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.#wait(`the prompt ${String(wanted)}`, timeoutMs, () => {
      const { active } = this.#emulator.buffer;
      const line = active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? '';
      return find(line, wanted, 0) !== null;
    });
    this.#mark = this.output.length;
  }

  /** Waits for the program's end. */
  async waitForEnd(timeoutMs = defaultTimeoutMs): Promise<TerminalEnd> {
    await this.#wait('the end', timeoutMs, () => this.#end !== null);
    if (this.#end === null) throw new Error('the program has not ended');
    return this.#end;
  }

  /** Types text; a newline is no key: `press('enter')` is. */
  type(text: string): void {
    this.#pty.write(Buffer.from(text));
  }

  press(...names: readonly Key[]): void {
    for (const name of names) this.type(keys[name]);
  }

  /** Types a line: the text and the enter key. */
  answer(text: string): void {
    this.type(text);
    this.press('enter');
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Takes the terminal away, as closing its window does, and ends what still runs in it. */
  async close(): Promise<void> {
    if (this.#end === null) {
      this.#kill('SIGHUP');
      try {
        await this.waitForEnd(2000);
      } catch {
        this.#kill('SIGKILL');
        await this.waitForEnd();
      }
    }
    this.#emulator.dispose();
  }

  #kill(signal: NodeJS.Signals): void {
    try {
      process.kill(this.#pty.pid, signal);
    } catch {
      // It has ended just now.
    }
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  async #wait(what: string, timeoutMs: number, condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const finish = (problem: string | null): void => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        if (problem === null) resolve();
        else reject(new Error(`${problem} while waiting for ${what}; shown so far:\n${this.output}`));
      };
      const check = (): void => {
        if (condition()) finish(null);
        else if (this.#end !== null) finish(`the program ended (exit ${this.#end.code})`);
      };
      const timer = setTimeout(() => finish(`${timeoutMs} ms passed`), timeoutMs);
      this.#waiters.add(check);
      check();
    });
  }
}

/** The position after the first match at or after `from`, or null. */
function find(text: string, wanted: string | RegExp, from: number): number | null {
  if (typeof wanted === 'string') {
    const index = text.indexOf(wanted, from);
    return index === -1 ? null : index + wanted.length;
  }
  const match = wanted.exec(text.slice(from));
  return match === null ? null : from + match.index + match[0].length;
}
