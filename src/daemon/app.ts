import { OpenAPIHono } from '@hono/zod-openapi';
import type { StatusResponse } from '../core/api.ts';
import type { AppEnv } from './environment.ts';
import { answerError, answerNotFound, refuseInvalid } from './errors.ts';
import { guard } from './guard.ts';
import type { Log } from './log.ts';
import { observe } from './observe.ts';
import { describeSecurity, openApiDocument } from './openapi.ts';
import type { Passwords } from './password/passwords.ts';
import { docsRoutes } from './routes/docs.ts';
import { generateRoutes } from './routes/generate.ts';
import { importRoutes } from './routes/imports.ts';
import { lockRoutes } from './routes/lock.ts';
import { loginRoutes } from './routes/login.ts';
import { passwordRoutes } from './routes/passwords.ts';
import { statusRoutes } from './routes/status.ts';
import { userRoutes } from './routes/users.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { VaultContext } from './vault/context.ts';

export interface AppDependencies {
  readonly vault: VaultContext;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  /** What `/status` says about the process. */
  readonly daemon: () => Omit<NonNullable<StatusResponse['daemon']>, 'sessions'>;
  /** Where swagger-ui's files are. */
  readonly docsAssets: string;
  readonly log: Log;
}

/** The whole API, without a server: `app.request(path, init, { way })` answers as the daemon does. */
export function createApp(deps: AppDependencies) {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  describeSecurity(app);
  app.use(observe(deps.log), guard());
  app.onError(answerError(deps.log));
  app.notFound(answerNotFound(app));
  return app
    .route('/', userRoutes(deps))
    .route('/', loginRoutes(deps))
    .route('/', lockRoutes(deps))
    .route('/', statusRoutes(deps))
    .route('/', generateRoutes(deps))
    .route('/', passwordRoutes(deps))
    .route('/', importRoutes(deps))
    .route('/', docsRoutes({ docsAssets: deps.docsAssets, document: () => openApiDocument(app) }));
}

/** What Hono's typed client needs to know. */
export type AppType = ReturnType<typeof createApp>;
