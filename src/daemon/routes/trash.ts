import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { emptyTrashResponse, trashedEntry } from '../../core/api/revisions.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { emptyTrash, listTrash } from '../vault/trash.ts';
import { answered, headersToRead, protectedBy, refused } from './describe.ts';

/** Removed entries, until they go for good. */
export function trashRoutes({ sessions, vault }: AppDependencies) {
  const common = { path: '/trash' as const, tags: ['Passwords'], security: protectedBy, parameters: headersToRead };
  const list = createRoute({
    ...common,
    method: 'get',
    operationId: 'listTrash',
    summary: 'List what was removed',
    description: 'The latest first, without anything secret. What has been there for 30 days goes at a login after that.',
    middleware: [authorize(sessions)] as const,
    responses: { 200: answered('All of it; none is an empty list.', z.array(trashedEntry)), ...refused(400, 401) },
  });
  const empty = createRoute({
    ...common,
    method: 'delete',
    operationId: 'emptyTrash',
    summary: 'Delete what was removed, for good',
    description: 'With every earlier revision and all files. Nothing brings it back but a backup.',
    middleware: [authorize(sessions)] as const,
    responses: { 200: answered('It is gone.', emptyTrashResponse), ...refused(400, 401, 507) },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(list, async (c) => c.json(await sessions.use(c.var.session, inBackground(c), (caller) => listTrash(vault, caller)), 200))
    .openapi(empty, async (c) => {
      return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => emptyTrash(vault, caller)), 200);
    });
}
