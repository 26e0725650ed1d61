import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from '../environment.ts';
import { type AuthorizedSession, locked, type Sessions } from './sessions.ts';

const bearer = /^Bearer ([\w.-]+)$/i;

/** The session that an `Authorization` header opens; null where there is none, whatever the reason. */
export async function authorized(sessions: Sessions, header: string | undefined): Promise<AuthorizedSession | null> {
  const token = header === undefined ? undefined : bearer.exec(header)?.[1];
  return token === undefined ? null : await sessions.authorize(token);
}

/** Lets a request through only with a valid token: before its body is read, and before any data is touched. */
export function authorize(sessions: Sessions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const session = await authorized(sessions, c.req.header('authorization'));
    if (session === null) throw locked();
    c.set('session', session);
    await next();
  };
}

/** Whether a request is marked as one that nobody asked for (completion, prompt): it does not keep a session alive. */
export function inBackground(c: Context<AppEnv>): { readonly background: boolean } {
  return { background: c.req.header('vault-background') === 'true' };
}
