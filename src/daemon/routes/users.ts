import { createRoute, OpenAPIHono, type RouteConfigToTypedResponse } from '@hono/zod-openapi';
import { changePasswordRequest, changePasswordResponse, createUserRequest, createUserResponse } from '../../core/api/accounts.ts';
import type { AppDependencies } from '../dependencies.ts';
import { bodyChunks, smallBodyBytes } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { authorize } from '../sessions/authorize.ts';
import { answered, body, open, protectedBy, refused, unread } from './describe.ts';
import { socketOnly } from './socket-only.ts';

const createUser = createRoute({
  method: 'post',
  path: '/users',
  operationId: 'createUser',
  summary: 'Create a vault',
  description: 'Creates an account with a vault of its own and logs in. Answered through the Unix socket only.',
  tags: ['Accounts'],
  security: open,
  request: { body: body(createUserRequest) },
  responses: { 201: answered('The vault is there and its owner logged in.', createUserResponse), ...refused(400, 409, 413, 429, 507) },
});

const changePassword = createRoute({
  method: 'put',
  path: '/users/me/password',
  operationId: 'changePassword',
  summary: 'Change the master password',
  description:
    'Ends every session of the account, the caller’s too. With `rotateKeys` every key is made anew and the recovery kit is void.',
  tags: ['Accounts'],
  security: protectedBy,
  request: { body: body(changePasswordRequest) },
  responses: { 200: answered('The new password holds.', changePasswordResponse), ...refused(400, 401, 412, 413, 429, 507) },
});

export function userRoutes(deps: AppDependencies) {
  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(createUser);
  app.openAPIRegistry.registerPath(changePassword);
  return app
    .post(
      '/users',
      socketOnly('accounts are created'),
      unread(createUserRequest),
      async (c): Promise<RouteConfigToTypedResponse<typeof createUser>> => {
        const created = await deps.passwords.createUser(c.env.way, await bodyChunks(c, smallBodyBytes));
        return c.json(created, 201);
      },
    )
    .put(
      '/users/me/password',
      authorize(deps.sessions),
      unread(changePasswordRequest),
      async (c): Promise<RouteConfigToTypedResponse<typeof changePassword>> => {
        const changed = await deps.passwords.changePassword(c.env.way, c.var.session, await bodyChunks(c, smallBodyBytes));
        return c.json(changed, 200);
      },
    );
}
