import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { longestMessage } from '../../core/ssh/agent-protocol.ts';

/** Each process that forwards the agent holds a connection open for as long as it lives. */
const connectionsAtMost = 128;

const connections = new WeakMap<Server, Set<Socket>>();

/** Reads messages one after the other, and answers each before the next is read. What is no message ends the connection. */
async function serve(socket: Socket, answer: (message: Buffer) => Promise<Buffer>): Promise<void> {
  let pending = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const length = pending.readUInt32BE();
      if (length === 0 || length > longestMessage) return;
      if (pending.length < 4 + length) break;
      const message = pending.subarray(4, 4 + length);
      pending = pending.subarray(4 + length);
      if (!socket.write(await answer(message))) await once(socket, 'drain');
    }
  }
}

/** The server behind `SSH_AUTH_SOCK`. `answer` gets a message without its length and gives one with it. */
export function createAgentListener(answer: (message: Buffer) => Promise<Buffer>): Server {
  const open = new Set<Socket>();
  // Who has said all may still be waiting for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    void serve(socket, answer)
      .catch(() => undefined)
      .finally(() => {
        socket.destroySoon();
      });
  });
  server.maxConnections = connectionsAtMost;
  connections.set(server, open);
  return server;
}

/** Stops listening and hangs up. */
export async function closeAgentListener(server: Server): Promise<void> {
  for (const socket of connections.get(server) ?? []) socket.destroy();
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
