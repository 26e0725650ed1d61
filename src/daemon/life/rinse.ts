import { connect } from 'node:net';

/** What node:http reads at most at once: the size of the one buffer it reads all connections into (src/node_http_parser.cc). */
const readBufferBytes = 64 * 1024;

/**
 * What overwrites node:http's read buffer, which nobody else can: it still holds what came last, a master password among it. For that
 * the daemon sends itself as many zeros, which are no HTTP. What goes wrong here went wrong for the listener too.
 *
 * One at a time, and once more after it where it was asked for meanwhile: under a flood of logins on the port a connection for each
 * would fill the socket's queue, and keep its owner out (EAGAIN).
 */
export function createRinse(socketPath: string): () => void {
  let running = false;
  let again = false;
  const rinse = () => {
    again = running;
    if (running) return;
    running = true;
    const socket = connect(socketPath);
    socket.on('error', () => undefined).resume();
    socket.once('close', () => {
      running = false;
      if (again) rinse();
    });
    socket.end(Buffer.alloc(readBufferBytes));
  };
  return rinse;
}
