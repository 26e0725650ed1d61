import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { lockRequest, lockResponse } from '../../core/api/status.ts';
import type { AppDependencies } from '../dependencies.ts';
import { jsonBody, smallBodyBytes } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { authorize } from '../sessions/authorize.ts';
import { answered, body, protectedBy, refused } from './describe.ts';

export function lockRoutes(deps: AppDependencies) {
  const lock = createRoute({
    method: 'post',
    path: '/lock',
    operationId: 'lock',
    summary: 'Lock a vault',
    description: 'Ends the token’s session, or with `all` every session of the account. When no session is left, the daemon ends.',
    tags: ['Sessions'],
    security: protectedBy,
    middleware: [authorize(deps.sessions), jsonBody(smallBodyBytes)] as const,
    request: { body: body(lockRequest, { optional: true }) },
    responses: {
      200: answered('How many sessions this ended, and how many the account still has.', lockResponse),
      ...refused(400, 401, 413),
    },
  });
  return new OpenAPIHono<AppEnv>().openapi(lock, (c) => {
    const { all = false } = c.req.valid('json');
    return c.json(deps.sessions.end(c.var.session, { all }), 200);
  });
}
