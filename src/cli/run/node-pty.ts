import { readSync } from 'node:fs';
import { type IPty, spawn } from '@lydell/node-pty';
import { defaultTerm, type Ended, type Pty, type PtyOptions } from './pty.ts';

/** What node-pty's terminals have on Unix beside what their type says: the descriptor of their master side, and the events of its stream. */
interface UnixPty extends IPty {
  readonly fd: number;
  on(event: 'end', listener: () => void): void;
}

function isUnixPty(pty: IPty): pty is UnixPty {
  return 'fd' in pty && typeof pty.fd === 'number' && 'on' in pty && typeof pty.on === 'function';
}

/** The most that one read of a pseudo-terminal gives, in bytes, is a page less one; a few of them at once cost nothing. */
const readBytes = 16_384;

/** Reads what a terminal still holds that no program has open any more: Linux then answers EIO, macOS the end of the file. */
function drain(descriptor: number, onData: (bytes: Uint8Array) => void): void {
  for (;;) {
    const bytes = Buffer.alloc(readBytes);
    let count = 0;
    try {
      count = readSync(descriptor, bytes);
    } catch {
      return;
    }
    if (count === 0) return;
    onData(bytes.subarray(0, count));
  }
}

/**
 * Opens a pseudo-terminal by node-pty. libuv takes a short read together with a hang-up for the end (`uv__stream_io`), but a
 * pseudo-terminal gives its last kilobytes in several short reads (microsoft/node-pty, issue 72): the rest is read before it is closed.
 */
export function openByNode({ command: [program, ...args], env, cwd, columns, rows, onData }: PtyOptions): Pty {
  const pty = spawn(program, args, { name: env['TERM'] ?? defaultTerm, cols: columns, rows, cwd, env: { ...env }, encoding: null });
  // Without an encoding it gives buffers, whatever its type says, and takes them as the socket behind it does.
  const socket: { write(bytes: string | Buffer): void } = pty;
  pty.onData((data) => {
    onData(Buffer.from(data));
  });
  if (isUnixPty(pty)) {
    pty.on('end', () => {
      drain(pty.fd, onData);
    });
  }
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
