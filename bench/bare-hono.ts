import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';

/* A bare Hono handler on a Unix socket that answers the bytes it is given: what the daemon's requests are held against. */

const [, , socket, body] = process.argv;
if (socket === undefined || body === undefined) throw new Error('name the socket and the body');
const app = new Hono();
app.get('/passwords/:website', (c) => c.body(body, 200, { 'content-type': 'application/json' }));
createAdaptorServer({ fetch: app.fetch }).listen(socket);
