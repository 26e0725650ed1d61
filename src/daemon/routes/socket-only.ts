import type { MiddlewareHandler } from 'hono';
import { VaultError } from '../../core/errors.ts';
import type { AppEnv } from '../environment.ts';

/** Refuses what did not come through the Unix socket, before its body is read: nobody on the TCP port is to make the daemon do this. */
export function socketOnly(what: string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.env.way !== 'socket') throw new VaultError('request_forbidden', `${what} through the Unix socket only`);
    await next();
  };
}
