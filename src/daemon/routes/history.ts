import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { historyItem, historyQuery, restoreRequest } from '../../core/api/revisions.ts';
import { entryReference } from '../../core/entry/schema.ts';
import { jsonBody } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { listHistory } from '../vault/history.ts';
import { restoreEntry } from '../vault/restore.ts';
import { answered, body, headersToRead, headersToWrite, protectedBy, refused } from './describe.ts';
import { entityTag, existingId, expectedRevision, revisionHeaders } from './revision.ts';

const entryParam = z.strictObject({ id: z.string().meta({ description: 'The entry’s id; it may be in the trash.' }) });

/** Earlier revisions of entries, and the way back to them. */
export function historyRoutes({ sessions, vault }: AppDependencies) {
  const common = { tags: ['Passwords'], security: protectedBy };
  const list = createRoute({
    ...common,
    method: 'get',
    path: '/history/{id}',
    operationId: 'listHistory',
    parameters: headersToRead,
    summary: 'List the revisions of a login',
    description: 'The newest first, each with what it changed of the one before. The last 200 earlier ones are kept.',
    middleware: [authorize(sessions)] as const,
    request: { params: entryParam, query: historyQuery },
    responses: { 200: answered('All that are kept.', z.array(historyItem)), ...refused(400, 401, 404) },
  });
  const restore = createRoute({
    ...common,
    method: 'post',
    path: '/restore/{id}',
    operationId: 'restore',
    parameters: headersToWrite,
    summary: 'Bring a login back',
    description: 'Out of the trash; or with `revision` the content and the files of that revision, as a new one.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { params: entryParam, body: body(restoreRequest, { optional: true }) },
    responses: {
      200: { ...answered('It is on disk.', entryReference), headers: revisionHeaders },
      ...refused(400, 401, 404, 409, 412, 413, 507),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(list, async (c) => {
      const id = existingId(c.req.valid('param').id);
      const secrets = c.req.valid('query').secrets === 'true';
      return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => listHistory(vault, caller, id, { secrets })), 200);
    })
    .openapi(restore, async (c) => {
      const { revision = null } = c.req.valid('json');
      const target = { id: existingId(c.req.valid('param').id), revision, expected: expectedRevision(c.req.header('if-match')) };
      const reference = await sessions.use(c.var.session, inBackground(c), (caller) => restoreEntry(vault, caller, target));
      c.header('ETag', entityTag(reference.revision));
      return c.json(reference, 200);
    });
}
