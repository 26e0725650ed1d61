import type { Context, MiddlewareHandler } from 'hono';
import { VaultError } from '../../core/errors.ts';
import { type Claim, readClaim } from '../access-log/origin.ts';
import type { AppEnv } from '../environment.ts';
import { type AuthorizedSession, locked } from './session.ts';
import type { Sessions } from './sessions.ts';

/** What reads the entries that its owner named, and no others. */
const purposes: ReadonlySet<string> = new Set(['run', 'inject']);

const bearer = /^Bearer ([\w.-]+)$/i;

function tokenIn(header: string | undefined): string | null {
  return (header === undefined ? undefined : bearer.exec(header)?.[1]) ?? null;
}

/** The session that an `Authorization` header opens; null where there is none, whatever the reason. */
export async function authorized(sessions: Sessions, header: string | undefined): Promise<AuthorizedSession | null> {
  const token = tokenIn(header);
  return token === null ? null : await sessions.authorize(token);
}

/** Lets a request through only with a valid token: before its body is read, and before any data is touched. */
export function authorize(sessions: Sessions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    const session = await authorized(sessions, header);
    if (session === null) throw await refusal(sessions, header, claimOf(c));
    c.set('session', { ...session, claim: claimOf(c), namedBeforehand: purposes.has(c.req.header('vault-purpose') ?? '') });
    await next();
  };
}

/** The same for reading an entry, which a scoped token may do too: what that opens is wiped when the request has been answered. */
export function authorizeToRead(sessions: Sessions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    const scope = await sessions.scopes.open(tokenIn(header) ?? '', claimOf(c));
    if (scope === null) return await authorize(sessions)(c, next);
    c.set('scope', scope);
    try {
      await next();
    } finally {
      sessions.scopes.close(scope);
    }
  };
}

/** Why a request without a session goes no further: its token may read single entries, or opens nothing. */
async function refusal(sessions: Sessions, header: string | undefined, claim: Claim): Promise<VaultError> {
  const scope = await sessions.scopes.open(tokenIn(header) ?? '', claim);
  if (scope === null) return locked();
  const denied = new VaultError('scope_denied', 'the token may only read the entries it was made for');
  try {
    await sessions.scopes.refused(scope, denied);
  } finally {
    sessions.scopes.close(scope);
  }
  return denied;
}

/** What a request's client says of itself. */
export function claimOf(c: Context<AppEnv>): Claim {
  return readClaim(c.req.header('vault-client'));
}

/** Whether a request is marked as one that nobody asked for (completion, prompt): it does not keep a session alive. */
export function inBackground(c: Context<AppEnv>): { readonly background: boolean } {
  return { background: c.req.header('vault-background') === 'true' };
}
