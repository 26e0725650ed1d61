import { defaultTerm, type Ended, type Pty, type PtyOptions } from './pty.ts';

/** What of Bun a program compiled by it has: pseudo-terminals of its own (bun.sh/reference/bun/Spawn/SpawnOptions/terminal). */
export interface Bun {
  spawn(
    command: readonly string[],
    options: {
      readonly env: Readonly<Record<string, string>>;
      readonly cwd: string;
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

/** How long after its end a program's last output may take: whatever else holds the terminal is hung up by then. */
const drainMs = 500;

/** Opens a pseudo-terminal by Bun. */
export function openByBun(bun: Bun, { command, env, cwd, columns, rows, onData }: PtyOptions): Pty {
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
  const child = bun.spawn(command, { env, cwd, terminal });
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
