import { closeSync, openSync, constants } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';

/** The controlling terminal: where prompts go, whatever stdin and stdout are connected to. */
export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  close(): void;
}

export interface StandardStreams {
  readonly stdin: { readonly isTTY?: boolean | undefined };
  readonly stdout: { readonly isTTY?: boolean | undefined };
  readonly stderr: { readonly isTTY?: boolean | undefined };
}

/**
 * The terminal, where one exists: `/dev/tty` opens, and at least one of the standard streams is a terminal (a job of cron or
 * make may have inherited a controlling terminal that nobody looks at). Null otherwise.
 */
export function openTerminal({ stdin, stdout, stderr }: StandardStreams): Terminal | null {
  if (stdin.isTTY !== true && stdout.isTTY !== true && stderr.isTTY !== true) return null;
  let reading: number;
  try {
    reading = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return null;
  }
  let writing: number;
  try {
    writing = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    closeSync(reading);
    return null;
  }
  const input = new ReadStream(reading);
  const output = new WriteStream(writing);
  return {
    input,
    output,
    close: () => {
      if (input.isRaw) input.setRawMode(false);
      input.destroy();
      output.destroy();
    },
  };
}
