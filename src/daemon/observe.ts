import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { protocolVersion } from '../core/limits.ts';
import { version } from '../core/version.ts';
import type { AppEnv } from './environment.ts';
import type { Log } from './log.ts';

/** On every answer: which daemon gives it, and that nobody keeps or reinterprets it. */
export const standardHeaders = {
  'Vault-Version': version,
  'Vault-Protocol': String(protocolVersion),
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

const headers = Object.entries(standardHeaders);

/** Outermost: puts the standard headers on every answer, and every request into the log, by its route's pattern. */
export function observe(log: Log): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const began = performance.now();
    const { outgoing } = c.env;
    // A `Headers` object would cost as much as finding the route does.
    for (const [name, value] of headers) {
      if (outgoing === undefined) c.header(name, value);
      else outgoing.setHeader(name, value);
    }
    await next();
    const route = routePath(c, -1);
    log.request({
      way: c.env.way,
      method: c.req.method,
      // What no route has answered was matched by the middleware alone.
      route: route === '/*' ? '-' : route,
      status: c.res.status,
      code: c.get('code'),
      milliseconds: performance.now() - began,
    });
  };
}
