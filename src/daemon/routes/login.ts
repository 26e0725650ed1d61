import { createRoute, OpenAPIHono, type RouteConfigToTypedResponse } from '@hono/zod-openapi';
import { loginRequest, loginResponse } from '../../core/api/accounts.ts';
import type { AppDependencies } from '../dependencies.ts';
import { bodyChunks, smallBodyBytes } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { claimOf } from '../sessions/authorize.ts';
import { answered, body, open, refused, unread } from './describe.ts';

const login = createRoute({
  method: 'post',
  path: '/login',
  operationId: 'login',
  summary: 'Unlock a vault',
  description: 'Starts a session. Without `account` it is the only one there is, or else the one named `default`.',
  tags: ['Sessions'],
  security: open,
  request: { body: body(loginRequest) },
  responses: { 200: answered('The token to send as `Authorization: Bearer`.', loginResponse), ...refused(400, 401, 409, 413, 429, 507) },
});

export function loginRoutes(deps: AppDependencies) {
  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(login);
  return app.post('/login', unread(loginRequest), async (c): Promise<RouteConfigToTypedResponse<typeof login>> => {
    return c.json(await deps.passwords.login(c.env.way, await bodyChunks(c, smallBodyBytes), claimOf(c)), 200);
  });
}
