import { createRoute, OpenAPIHono, type RouteConfigToTypedResponse } from '@hono/zod-openapi';
import { newKitRequest, newKitResponse, recoverRequest, recoverResponse } from '../../core/api/accounts.ts';
import type { AppDependencies } from '../dependencies.ts';
import { bodyChunks, smallBodyBytes } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { authorize } from '../sessions/authorize.ts';
import { answered, body, open, protectedBy, refused, unread } from './describe.ts';
import { socketOnly } from './socket-only.ts';

const newKit = createRoute({
  method: 'post',
  path: '/users/me/recovery-kit',
  operationId: 'newRecoveryKit',
  summary: 'Make a recovery kit',
  description: 'An earlier kit opens nothing any more. The kit is answered once and kept nowhere.',
  tags: ['Accounts'],
  security: protectedBy,
  request: { body: body(newKitRequest) },
  responses: { 200: answered('The kit.', newKitResponse), ...refused(400, 401, 412, 413, 429, 507) },
});

const recover = createRoute({
  method: 'post',
  path: '/recover',
  operationId: 'recover',
  summary: 'Set a new master password by a recovery kit',
  description:
    'The kit opens nothing afterwards: the answer has the next one. Ends every session and token of the account and logs in. Answered through the Unix socket only.',
  tags: ['Accounts'],
  security: open,
  request: { body: body(recoverRequest) },
  responses: { 200: answered('The new password holds.', recoverResponse), ...refused(400, 401, 412, 413, 429, 507) },
});

export function recoveryRoutes({ sessions, recovery }: AppDependencies) {
  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(newKit);
  app.openAPIRegistry.registerPath(recover);
  return app
    .post(
      '/users/me/recovery-kit',
      authorize(sessions),
      unread(newKitRequest),
      async (c): Promise<RouteConfigToTypedResponse<typeof newKit>> => {
        return c.json(await recovery.newKit(c.env.way, c.var.session, await bodyChunks(c, smallBodyBytes)), 200);
      },
    )
    .post(
      '/recover',
      socketOnly('a vault is recovered'),
      unread(recoverRequest),
      async (c): Promise<RouteConfigToTypedResponse<typeof recover>> => {
        return c.json(await recovery.recover(c.env.way, await bodyChunks(c, smallBodyBytes)), 200);
      },
    );
}
