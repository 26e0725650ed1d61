import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from './dependencies.ts';
import type { AppEnv } from './environment.ts';
import { answerError, answerNotFound, refuseInvalid } from './errors.ts';
import { guard } from './guard.ts';
import { observe } from './observe.ts';
import { describeSecurity, openApiDocument } from './openapi.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { backupRoutes } from './routes/backups.ts';
import { docsRoutes } from './routes/docs.ts';
import { exportRoutes } from './routes/exports.ts';
import { fingerprintRoutes } from './routes/fingerprints.ts';
import { confirmRoutes } from './routes/confirm.ts';
import { generateRoutes } from './routes/generate.ts';
import { historyRoutes } from './routes/history.ts';
import { importRoutes } from './routes/imports.ts';
import { lockRoutes } from './routes/lock.ts';
import { logRoutes } from './routes/log.ts';
import { loginRoutes } from './routes/login.ts';
import { passwordRoutes } from './routes/passwords.ts';
import { rotationRoutes } from './routes/rotations.ts';
import { sshKeyRoutes } from './routes/ssh-keys.ts';
import { recoveryRoutes } from './routes/recovery.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { trashRoutes } from './routes/trash.ts';
import { userRoutes } from './routes/users.ts';

/** The whole API, without a server: `app.request(path, init, { way })` answers as the daemon does. */
export function createApp(deps: AppDependencies) {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  describeSecurity(app);
  app.use(observe(deps.log), guard());
  app.onError(answerError(deps.log));
  app.notFound(answerNotFound(app));
  return app
    .route('/', userRoutes(deps))
    .route('/', recoveryRoutes(deps))
    .route('/', backupRoutes(deps))
    .route('/', loginRoutes(deps))
    .route('/', lockRoutes(deps))
    .route('/', statusRoutes(deps))
    .route('/', generateRoutes(deps))
    .route('/', passwordRoutes(deps))
    .route('/', rotationRoutes(deps))
    .route('/', historyRoutes(deps))
    .route('/', trashRoutes(deps))
    .route('/', importRoutes(deps))
    .route('/', exportRoutes(deps))
    .route('/', tokenRoutes(deps))
    .route('/', confirmRoutes(deps))
    .route('/', attachmentRoutes(deps))
    .route('/', credentialRoutes(deps))
    .route('/', sshKeyRoutes(deps))
    .route('/', logRoutes(deps))
    .route('/', fingerprintRoutes(deps))
    .route('/', docsRoutes({ docsAssets: deps.docsAssets, document: () => openApiDocument(app) }));
}

/** What Hono's typed client needs to know. */
export type AppType = ReturnType<typeof createApp>;
