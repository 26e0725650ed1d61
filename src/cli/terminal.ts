import { closeSync, openSync, readSync, constants } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';

/** The controlling terminal: where prompts go, whatever stdin and stdout are connected to. */
export interface Terminal {
  /** What was typed and nobody has read; empty where there is nothing. Null once the terminal is gone. Never waits. */
  read(): Buffer | null;
  setRawMode(raw: boolean): void;
  readonly output: WriteStream;
  close(): void;
}

function readNow(file: number): Buffer | null {
  const bytes = Buffer.alloc(4096);
  try {
    const length = readSync(file, bytes);
    return length === 0 ? null : bytes.subarray(0, length);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? Buffer.alloc(0) : null;
  }
}

export interface StandardStreams {
  readonly stdin: { readonly isTTY?: boolean | undefined };
  readonly stdout: { readonly isTTY?: boolean | undefined };
  readonly stderr: { readonly isTTY?: boolean | undefined };
}

/** To read from without waiting, to set the mode of, and to write to: each stream closes a file of its own. */
function openThrice(): [reading: number, moding: number, writing: number] | null {
  const open = (flags = 0) => openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY | flags);
  try {
    return [open(constants.O_NONBLOCK), open(), open()];
  } catch {
    // No terminal opens at all, or there are no files left for one: the command fails soon in either case.
    return null;
  }
}

/**
 * The terminal, where one exists: `/dev/tty` opens, and at least one of the standard streams is a terminal (a job of cron or
 * make may have inherited a controlling terminal that nobody looks at). Null otherwise.
 */
export function openTerminal({ stdin, stdout, stderr }: StandardStreams): Terminal | null {
  if (stdin.isTTY !== true && stdout.isTTY !== true && stderr.isTTY !== true) return null;
  const opened = openThrice();
  if (opened === null) return null;
  const [reading, moding, writing] = opened;
  // Never read from: it knows how to set a terminal's mode. A read that waits could not be taken back by every runtime, and what is
  // typed next, into an editor perhaps, would still come here.
  const mode = new ReadStream(moding);
  const output = new WriteStream(writing);
  return {
    read: () => readNow(reading),
    setRawMode: (raw) => void mode.setRawMode(raw),
    output,
    close: () => {
      if (mode.isRaw) mode.setRawMode(false);
      mode.destroy();
      output.destroy();
      closeSync(reading);
    },
  };
}
