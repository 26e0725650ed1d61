import { randomBytes } from 'node:crypto';
import { constants, openSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { maskOutput, terminalPatience } from './masked-output.ts';
import type { OpenPty } from './pty.ts';

/** A terminal that a command prints on where it has another standard input: what it prints is shown on ours, masked. */
export interface OutputTerminal {
  /** Open for writing; to be closed once the command has it. */
  readonly descriptor: number;
  /** Called when our terminal has another size, after this one has it too. */
  onResize(listener: () => void): void;
  /** Shows all that was printed up to now, and takes the terminal away. */
  finish(): Promise<void>;
}

/**
 * What holds the terminal open, in a session of its own: the command stays in ours, where the keys are. It says what the terminal is called;
 * a line from us has it print a mark, behind which nothing is left to be read. Our own terminal turns LF into CR LF.
 */
const holder = 'stty -opost -echo && tty && read -r line && printf %s "$1"';

const newline = 0x0a;

/** Opens a terminal of the size of ours; null where there is none to be had. */
export async function openOutputTerminal(openPty: OpenPty, to: WriteStream, secrets: readonly string[]): Promise<OutputTerminal | null> {
  const mark = randomBytes(16).toString('hex');
  const masked = maskOutput(secrets, terminalPatience, (bytes) => void to.write(bytes));
  /** What is not shown as it comes: the name in the beginning, and in the end what may hold the mark. */
  let kept: Buffer | null = Buffer.alloc(0);
  let arrived: () => void = () => undefined;
  const pty = openPty({
    command: ['/bin/sh', '-c', holder, 'vault', mark],
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    columns: to.columns,
    rows: to.rows,
    onData: (bytes) => {
      if (kept === null) masked.write(bytes);
      else {
        kept = Buffer.concat([kept, bytes]);
        arrived();
      }
    },
  });
  /** What is kept up to some end; null where the holder ended before. */
  const keptUpTo = async (end: (bytes: Buffer) => number): Promise<Buffer | null> => {
    const found = new Promise<Buffer>((resolve) => {
      arrived = () => {
        const bytes = kept ?? Buffer.alloc(0);
        const at = end(bytes);
        if (at >= 0) resolve(bytes.subarray(0, at));
      };
      arrived();
    });
    return await Promise.race([found, pty.ended.then(() => null)]);
  };
  const name = await keptUpTo((bytes) => bytes.indexOf(newline));
  if (name === null) return null;
  const descriptor = openSync(name.toString().trim(), constants.O_WRONLY | constants.O_NOCTTY);
  kept = null;
  let resized: () => void = () => undefined;
  const resize = () => {
    pty.resize(to.columns, to.rows);
    resized();
  };
  to.on('resize', resize);
  return {
    descriptor,
    onResize: (listener) => {
      resized = listener;
    },
    finish: async () => {
      kept = Buffer.alloc(0);
      pty.write(Buffer.of(newline));
      const rest = await keptUpTo((bytes) => bytes.indexOf(mark));
      masked.write(rest ?? kept);
      masked.flush();
      to.removeListener('resize', resize);
      await pty.ended;
    },
  };
}
