import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthorizedScope } from './scopes/scoped-tokens.ts';
import type { AuthorizedSession } from './sessions/session.ts';

/** How a request came in. The listener says so, never a header. */
export type Way = 'socket' | 'tcp';

/** What every listener gives the app with each request; `incoming` and `outgoing` are missing where there is no server (tests). */
export interface Bindings {
  readonly way: Way;
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
  /** Lets this request's body take as long as it likes: for streams, of callers whose token is valid. */
  readonly unhurried?: () => void;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    /** Set on protected routes, before anything else looks at the request. */
    session: AuthorizedSession;
    /** Set instead of `session` where reading was asked for with a scoped token. */
    scope?: AuthorizedScope;
    /** The error's code, for the log. */
    code?: string;
  };
}
