import { connect } from 'node:net';

/** What node:http reads at most at once: the size of the one buffer it reads all connections into (src/node_http_parser.cc). */
const readBufferBytes = 64 * 1024;

/**
 * Overwrites node:http's read buffer, which nobody else can: it still holds what came last, a master password among it. For that
 * the daemon sends itself as many zeros, which are no HTTP. What goes wrong here went wrong for the listener too.
 */
export function rinseReadBuffer(socketPath: string): void {
  const socket = connect(socketPath);
  socket.on('error', () => undefined).resume();
  socket.end(Buffer.alloc(readBufferBytes));
}
