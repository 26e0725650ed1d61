/** A program on a pseudo-terminal of its own, which is its session's. */
export interface Pty {
  readonly pid: number;
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** Its end, after all that it printed was given to `onData`. */
  readonly ended: Promise<Ended>;
}

/** How a program ended: by its own status or, where that is null, by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: number | null;
}

export interface PtyOptions {
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly onData: (bytes: Uint8Array) => void;
}

/** What a terminal is called where its program's environment does not say. */
export const defaultTerm = 'xterm-256color';

/** Starts a program on a new pseudo-terminal. */
export type OpenPty = (options: PtyOptions) => Pty;
