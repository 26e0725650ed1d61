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
  readonly columns: number;
  readonly rows: number;
  readonly onData: (bytes: Uint8Array) => void;
}

/** What of Bun a program compiled by it has: pseudo-terminals of its own (bun.sh/reference/bun/Spawn/SpawnOptions/terminal). */
interface Bun {
  spawn(
    command: readonly string[],
    options: {
      readonly env: Readonly<Record<string, string>>;
      readonly terminal: {
        readonly cols: number;
        readonly rows: number;
        readonly name: string;
        data(terminal: unknown, bytes: Uint8Array): void;
        exit(): void;
      };
    },
  ): {
    readonly pid: number;
    readonly exited: Promise<number>;
    readonly terminal: { write(bytes: Uint8Array): number; resize(columns: number, rows: number): void; close(): void };
    readonly signalCode: string | null;
  };
}

declare const Bun: Bun | undefined;

/** How long after its end a program's last output may take: whatever else holds the terminal is hung up by then. */
const drainMs = 500;

const defaultTerm = 'xterm-256color';

function openByBun(bun: Bun, { command, env, columns, rows, onData }: PtyOptions): Pty {
  let closed: () => void = () => undefined;
  const drained = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const terminal = {
    cols: columns,
    rows,
    name: env['TERM'] ?? defaultTerm,
    data: (_: unknown, bytes: Uint8Array) => {
      onData(Uint8Array.from(bytes));
    },
    exit: closed,
  };
  const child = bun.spawn(command, { env, terminal });
  const ended = child.exited.then(async (code): Promise<Ended> => {
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, drainMs))]);
    child.terminal.close();
    // Bun tells a signal as a shell does.
    return { code, signal: null };
  });
  return {
    pid: child.pid,
    write: (bytes) => void child.terminal.write(bytes),
    resize: (width, height) => {
      child.terminal.resize(width, height);
    },
    ended,
  };
}

type NodePty = typeof import('@lydell/node-pty');

function openByNode({ spawn }: NodePty, { command: [program, ...args], env, columns, rows, onData }: PtyOptions): Pty {
  const name = env['TERM'] ?? defaultTerm;
  const pty = spawn(program, args, { name, cols: columns, rows, cwd: process.cwd(), env: { ...env }, encoding: null });
  // Without an encoding it gives buffers, whatever its type says, and takes them as the socket behind it does.
  const socket: { write(bytes: string | Buffer): void } = pty;
  pty.onData((data) => {
    onData(Buffer.from(data));
  });
  const ended = new Promise<Ended>((resolve) => {
    pty.onExit(({ exitCode, signal = 0 }) => {
      resolve(signal === 0 ? { code: exitCode, signal: null } : { code: null, signal });
    });
  });
  return {
    pid: pty.pid,
    write: (bytes) => {
      socket.write(Buffer.from(bytes));
    },
    resize: (width, height) => {
      pty.resize(width, height);
    },
    ended,
  };
}

/** Starts a program on a new pseudo-terminal. */
export type OpenPty = (options: PtyOptions) => Pty;

/** How this system opens pseudo-terminals: by Bun in the native program, on Node.js by node-pty; null where that has none for it (musl). */
export async function loadPty(): Promise<OpenPty | null> {
  if (typeof Bun !== 'undefined') return (options) => openByBun(Bun, options);
  try {
    const nodePty = await import('@lydell/node-pty');
    return (options) => openByNode(nodePty, options);
  } catch {
    return null;
  }
}
