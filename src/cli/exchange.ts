/** What of Bun a program compiled by it has: a connection that costs half of what `node:net` does at start. */
interface Bun {
  connect(options: {
    readonly unix: string;
    readonly socket: {
      open(socket: { write(data: string): number; end(): void }): void;
      data(socket: unknown, chunk: Uint8Array): void;
      close(): void;
      error(): void;
      connectError(): void;
    };
  }): Promise<unknown>;
}

declare const Bun: Bun | undefined;

/** All that the other side sends until it closes, for one message; null where nobody listens or the message does not go out whole. */
export async function exchange(path: string, message: string): Promise<Buffer | null> {
  return typeof Bun === 'undefined' ? await exchangeByNode(path, message) : await exchangeByBun(Bun, path, message);
}

function exchangeByBun(bun: Bun, path: string, message: string): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    const fail = () => {
      resolve(null);
    };
    bun
      .connect({
        unix: path,
        socket: {
          open: (socket) => {
            if (socket.write(message) < message.length) {
              socket.end();
              fail();
            }
          },
          data: (_, chunk) => {
            chunks.push(Buffer.from(chunk));
          },
          close: () => {
            resolve(Buffer.concat(chunks));
          },
          error: fail,
          connectError: fail,
        },
      })
      .catch(fail);
  });
}

async function exchangeByNode(path: string, message: string): Promise<Buffer | null> {
  const { createConnection } = await import('node:net');
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = createConnection(path);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {
      resolve(null);
    });
    socket.on('close', () => {
      resolve(Buffer.concat(chunks));
    });
    socket.write(message);
  });
}
