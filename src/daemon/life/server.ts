import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { createApp } from '../app.ts';
import type { Bindings, Way } from '../environment.ts';
import { bareErrorResponse } from '../errors.ts';

type App = ReturnType<typeof createApp>;

const second = 1000;

/**
 * Against clients that send slowly, or never end, to keep connections (slow loris): headers and requests have to arrive in
 * time, and connections are counted. Each listener has limits of its own, so that TCP cannot use up the socket's. (What
 * node:http knows as `requestTimeout` is kept here, because some requests may take longer than others.)
 */
const defaultTimeouts = {
  headersTimeout: 10 * second,
  requestTimeout: 60 * second,
  keepAliveTimeout: 30 * second,
  connectionsCheckingInterval: 5 * second,
};
const connectionsAtMost: Readonly<Record<Way, number>> = { socket: 512, tcp: 64 };
/** Who was told that this is no HTTP gets this long to hang up: node:http no longer looks after such a connection. */
const lingering = 2 * second;

/** What a request gets that is no HTTP. */
const malformed = [
  'HTTP/1.1 400 Bad Request',
  'Connection: close',
  'Content-Type: application/json',
  '',
  '{"error":{"code":"invalid_request","message":"the request is malformed"}}',
].join('\r\n');

export interface ListenerOptions {
  readonly app: App;
  readonly way: Way;
  /** Called as each request arrives; false turns it away without an answer: the daemon is ending. */
  readonly admit: (outgoing: ServerResponse) => boolean;
  /** In milliseconds, as node:http names them. */
  readonly timeouts?: Partial<typeof defaultTimeouts>;
}

function refuseMalformed(socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(malformed);
  setTimeout(() => socket.destroy(), lingering).unref();
}

/** An HTTP server for one way in: every request it hands to the app says so. */
export function createListener({ app, way, admit, timeouts }: ListenerOptions): Server {
  const { requestTimeout, ...serverTimeouts } = { ...defaultTimeouts, ...timeouts };
  const hurries = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  const answer = getRequestListener(
    (request, { incoming, outgoing }) => {
      const http1 = incoming instanceof IncomingMessage && outgoing instanceof ServerResponse;
      const bindings: Bindings = http1 ? { way, incoming, outgoing, unhurried: () => clearTimeout(hurries.get(incoming)) } : { way };
      return app.fetch(request, bindings);
    },
    { errorHandler: bareErrorResponse },
  );
  const latest = new WeakMap<Socket, ServerResponse>();
  // A request without `Host` is for the guard to refuse: node:http would answer it without a body.
  const server = createServer({ ...serverTimeouts, requestTimeout: 0, requireHostHeader: false }, (incoming, outgoing) => {
    const { socket } = incoming;
    const before = latest.get(socket);
    // One request at a time: node:http begins with all that a client sends ahead, and keeps their answers if nobody reads them.
    if ((before !== undefined && !before.writableEnded) || !admit(outgoing)) {
      socket.destroy();
      return;
    }
    latest.set(socket, outgoing);
    const hurry = setTimeout(() => refuseMalformed(socket), requestTimeout).unref();
    hurries.set(incoming, hurry);
    for (const event of ['end', 'close']) incoming.once(event, () => clearTimeout(hurry));
    // Who has read an answer to its end may ask again before node:http has noticed that it went out.
    if (before === undefined || before.writableFinished) void answer(incoming, outgoing);
    else before.once('finish', () => void answer(incoming, outgoing));
  });
  server.maxConnections = connectionsAtMost[way];
  server.on('clientError', (_error, socket) => refuseMalformed(socket));
  return server;
}

/** Stops listening, lets requests under way end for at most `patience` milliseconds, and cuts what is left. */
export async function closeServer(server: Server, patience: number): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
