import { escapeText, terminalJson } from './text.ts';
import { createStyle, wantsColor, type ColorMode, type Style } from './style.ts';
import type { Environment } from './environment.ts';

/** What a stream of output has to be able to do; `process.stdout` is one. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** One that takes bytes too, and says when it has room again. */
export interface ByteStream extends OutputStream {
  write(data: string | Uint8Array, done?: () => void): unknown;
}

/** Where a command's words go: the value or the JSON to stdout and nothing else, all that is said about it to stderr. */
export interface Output {
  /** Whether somebody reads stdout on a terminal. */
  readonly terminal: boolean;
  /** The terminal's width in cells; null where stdout is none. */
  readonly columns: number | null;
  /** For what goes to stdout, and to stderr. */
  readonly style: Style;
  readonly noteStyle: Style;
  /** A stored value: a newline follows, and hazards are escaped, only on a terminal. */
  readonly value: (text: string) => void;
  /** Bytes as they are; resolves when there is room for more. */
  readonly bytes: (data: Uint8Array) => Promise<void>;
  /** Lines for people or for `cut`, already escaped. */
  readonly lines: (lines: readonly string[]) => void;
  /** One JSON value and a newline: indented on a terminal, one line elsewhere. */
  readonly json: (value: unknown) => void;
  /** A remark on stderr, already escaped; `-q` keeps it back. */
  readonly note: (line: string) => void;
  /** The one line on stderr that says how far long work has come, already escaped: each takes the place of the last. Nothing in a pipe. */
  readonly status: (line: string) => void;
  /** Something on stderr that must be seen, already escaped. */
  readonly warn: (line: string) => void;
}

export interface OutputOptions {
  readonly stdout: ByteStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  readonly color: ColorMode;
  readonly quiet: boolean;
}

export function createOutput({ stdout, stderr, env, color, quiet }: OutputOptions): Output {
  const terminal = stdout.isTTY === true;
  const say = (line: string) => void stderr.write(`${line}\n`);
  return {
    terminal,
    columns: terminal ? (stdout.columns ?? 80) : null,
    style: createStyle(wantsColor(color, env, terminal)),
    noteStyle: createStyle(wantsColor(color, env, stderr.isTTY === true)),
    value: (text) => void stdout.write(terminal ? `${escapeText(text)}\n` : text),
    bytes: (data) =>
      new Promise((resolve) => {
        stdout.write(data, () => {
          resolve();
        });
      }),
    lines: (lines) => {
      if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
    },
    json: (value) => void stdout.write(`${terminal ? terminalJson(value) : JSON.stringify(value)}\n`),
    note: (line) => {
      if (!quiet) say(line);
    },
    status: (line) => {
      if (stderr.isTTY === true && !quiet && env['TERM'] !== 'dumb') stderr.write(`\r\u001b[K${line}`);
    },
    warn: say,
  };
}
