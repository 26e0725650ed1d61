import { confirm, input, password, select } from '@inquirer/prompts';
import { Readable, Writable } from 'node:stream';
import { VaultError } from '../core/errors.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

/** Questions on the terminal. Each ends with `cancelled` on Ctrl+C, Ctrl+D, or when the terminal goes away; it is restored by then. */
export interface Prompts {
  /** A secret; its characters show as stars. `reveal` lets Ctrl+T show what was typed. */
  secret(message: string, options?: { readonly reveal?: boolean; readonly validate?: (value: string) => string | true }): Promise<string>;
  /** Does what comes before a question: what is typed meanwhile does not show, and is for the question. Ctrl+C and Ctrl+D end the command. */
  before<T>(work: () => Promise<T>): Promise<T>;
  text(message: string): Promise<string>;
  confirm(message: string, initial: boolean): Promise<boolean>;
  choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Text for the person at the terminal alone: it never reaches a pipe or a log. */
  write(text: string): void;
}

const interrupt = 0x03;
const endOfTransmission = 0x04;
const suspend = 0x1a;

/** How often a question looks whether somebody has typed. */
const pollMs = 20;

/**
 * What is typed while a question is open; between questions the terminal belongs to others: an editor, say. The prompt library
 * knows Ctrl+C as a way to leave, but Ctrl+D would have it wait for ever, and Ctrl+Z stop with the terminal in a state in which it
 * cannot be asked again: the one leaves too, the other is left out.
 */
class Keyboard extends Readable {
  readonly #terminal: Terminal;
  #timer: NodeJS.Timeout | undefined;
  /** What was typed before the question that it is for. */
  #kept = Buffer.alloc(0);
  readonly isTTY = true;

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
  }

  listen(leave: () => void): void {
    this.#timer = setInterval(() => {
      const read = this.#terminal.read();
      const typed = read === null ? null : Buffer.concat([this.#kept, read]);
      this.#kept = Buffer.alloc(0);
      if (typed === null || typed.includes(endOfTransmission)) leave();
      else if (typed.length > 0) this.push(typed.filter((byte) => byte !== suspend));
    }, pollMs);
  }

  /** Keeps what is typed for the next question. */
  keep(leave: () => void): void {
    this.#timer = setInterval(() => {
      const read = this.#terminal.read() ?? Buffer.alloc(0);
      this.#kept = Buffer.concat([this.#kept, read]);
      if (read.includes(interrupt) || read.includes(endOfTransmission)) leave();
    }, pollMs);
  }

  rest(): void {
    clearInterval(this.#timer);
  }

  setRawMode(raw: boolean): this {
    this.#terminal.setRawMode(raw);
    return this;
  }

  override _read(): void {
    // What is typed comes when it is typed.
  }
}

/** The terminal for one prompt, which ends what it writes to: the terminal itself stays open for the next. */
class Screen extends Writable {
  readonly #terminal: Terminal['output'];
  readonly isTTY = true;

  constructor(terminal: Terminal['output']) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
  }

  get columns(): number {
    return this.#terminal.columns;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  override _write(text: string | Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    // Terminals are written synchronously; what follows elsewhere must not come before the end of this.
    this.#terminal.write(text);
    done();
  }
}

/** Prompts on a terminal. */
export function createPrompts(terminal: Terminal, style: Style): Prompts {
  const theme = {
    prefix: { idle: style.cyan('?'), done: style.green('✔') },
    style: {
      message: (text: string) => style.bold(text),
      answer: (text: string) => style.cyan(text),
      highlight: (text: string) => style.cyan(text),
      help: (text: string) => style.dim(text),
      error: (text: string) => style.red(`  ${text}`),
      defaultAnswer: (text: string) => style.dim(`(${text})`),
      key: (text: string) => style.bold(text),
      description: (text: string) => style.dim(text),
      keysHelpTip: (keys: [key: string, action: string][]) => style.dim(keys.map(([key, action]) => `${key} ${action}`).join(' · ')),
    },
  };

  // What stays on the screen does not tell how long the secret is.
  const secretTheme = { ...theme, style: { ...theme.style, answer: (text: string) => (text === '' ? '' : style.dim('********')) } };

  const keyboard = new Keyboard(terminal);

  /** Asks, and turns every way of not answering into `cancelled`. */
  const ask = async <T>(
    question: (context: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; signal: AbortSignal }) => Promise<T>,
  ) => {
    const end = new AbortController();
    keyboard.listen(() => {
      end.abort();
    });
    try {
      return await question({ input: keyboard, output: new Screen(terminal.output), signal: end.signal });
    } catch (error) {
      if (error instanceof Error && /^(Exit|Abort|Cancel)PromptError$/.test(error.name)) throw new VaultError('cancelled', 'cancelled');
      throw error;
    } finally {
      keyboard.rest();
    }
  };

  return {
    secret: (message, { reveal = false, validate } = {}) =>
      ask((context) =>
        password({ message, mask: '*', toggleMask: reveal, theme: secretTheme, ...(validate === undefined ? {} : { validate }) }, context),
      ),
    before: async (work) => {
      terminal.setRawMode(true);
      // A terminal that is set so makes no signals of keys.
      keyboard.keep(() => void process.kill(process.pid, 'SIGINT'));
      try {
        return await work();
      } finally {
        keyboard.rest();
        terminal.setRawMode(false);
      }
    },
    text: (message) => ask((context) => input({ message, theme }, context)),
    confirm: (message, initial) => ask((context) => confirm({ message, default: initial, theme }, context)),
    choose: (message, choices) => ask((context) => select({ message, choices: [...choices], theme, loop: false }, context)),
    write: (text) => void terminal.output.write(text),
  };
}
