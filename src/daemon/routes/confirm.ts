import { createRoute, OpenAPIHono, type RouteConfigToTypedResponse } from '@hono/zod-openapi';
import { confirmRequest, confirmResponse } from '../../core/api/accounts.ts';
import { bodyChunks, smallBodyBytes } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize } from '../sessions/authorize.ts';
import { answered, body, protectedBy, refused, unread } from './describe.ts';

const confirm = createRoute({
  method: 'post',
  path: '/confirm',
  operationId: 'confirm',
  summary: 'Give the master password again',
  description:
    'For what was answered with `confirmation_required`: entries can be read again, and for five minutes this session can take all of them out.',
  tags: ['Sessions'],
  security: protectedBy,
  request: { body: body(confirmRequest) },
  responses: { 200: answered('The password was right.', confirmResponse), ...refused(400, 401, 413, 429) },
});

export function confirmRoutes(deps: AppDependencies) {
  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(confirm);
  return app.post(
    '/confirm',
    authorize(deps.sessions),
    unread(confirmRequest),
    async (c): Promise<RouteConfigToTypedResponse<typeof confirm>> => {
      await deps.passwords.confirm(c.env.way, c.var.session, await bodyChunks(c, smallBodyBytes));
      return c.json({ confirmed: true as const }, 200);
    },
  );
}
