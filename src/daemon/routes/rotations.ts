import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { rotateRequest, rotateResponse, rotationResponse } from '../../core/api/revisions.ts';
import { entryReference } from '../../core/entry/schema.ts';
import { jsonBody } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { abortRotation, commitRotation, readRotation, rotatePassword, type RotationTarget } from '../vault/pending-password.ts';
import { answered, body, headersToRead, headersToWrite, protectedBy, refused } from './describe.ts';
import { entityTag, existingId, expectedRevision, revisionHeaders } from './revision.ts';

const entryParam = z.strictObject({ id: z.string().meta({ description: 'The entry’s id.' }) });

function targetOf(c: Context<AppEnv>, id: string): RotationTarget {
  return { id: existingId(id), expected: expectedRevision(c.req.header('if-match')) };
}

/** New passwords that wait until their site has taken them. */
export function rotationRoutes({ sessions, vault }: AppDependencies) {
  const common = { tags: ['Passwords'], security: protectedBy, request: { params: entryParam } };
  const written = { 200: { ...answered('It is on disk.', entryReference), headers: revisionHeaders }, ...refused(400, 401, 404, 412, 507) };
  const rotate = createRoute({
    ...common,
    method: 'post',
    path: '/rotations/{id}',
    operationId: 'rotatePassword',
    parameters: headersToWrite,
    summary: 'Make a new password, and keep it pending',
    description: 'The present one stays in force until the new one is committed. Where one is pending already, that one is answered.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { params: entryParam, body: body(rotateRequest, { optional: true }) },
    responses: {
      200: { ...answered('It is on disk.', rotateResponse), headers: revisionHeaders },
      ...refused(400, 401, 404, 412, 413, 507),
    },
  });
  const read = createRoute({
    ...common,
    method: 'get',
    path: '/rotations/{id}',
    operationId: 'readRotation',
    parameters: headersToRead,
    summary: 'The pending password, and the one before',
    description: 'Each is null where there is none.',
    middleware: [authorize(sessions)] as const,
    responses: {
      200: answered('What is pending, and what was in force before the newest password.', rotationResponse),
      ...refused(400, 401, 404),
    },
  });
  const commit = createRoute({
    ...common,
    method: 'post',
    path: '/rotations/{id}/commit',
    operationId: 'commitRotation',
    parameters: headersToWrite,
    summary: 'Put the pending password in force',
    description: 'The one that was in force stays in the history.',
    middleware: [authorize(sessions)] as const,
    responses: written,
  });
  const abort = createRoute({
    ...common,
    method: 'delete',
    path: '/rotations/{id}',
    operationId: 'abortRotation',
    parameters: headersToWrite,
    summary: 'Give the pending password up',
    description: 'It stays in the history.',
    middleware: [authorize(sessions)] as const,
    responses: written,
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(rotate, async (c) => {
      const target = targetOf(c, c.req.valid('param').id);
      const request = c.req.valid('json');
      const answer = await sessions.use(c.var.session, inBackground(c), (caller) => rotatePassword(vault, caller, target, request));
      c.header('ETag', entityTag(answer.revision));
      return c.json(answer, 200);
    })
    .openapi(read, async (c) => {
      const id = existingId(c.req.valid('param').id);
      return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => readRotation(vault, caller, id)), 200);
    })
    .openapi(commit, async (c) => {
      const target = targetOf(c, c.req.valid('param').id);
      const reference = await sessions.use(c.var.session, inBackground(c), (caller) => commitRotation(vault, caller, target));
      c.header('ETag', entityTag(reference.revision));
      return c.json(reference, 200);
    })
    .openapi(abort, async (c) => {
      const target = targetOf(c, c.req.valid('param').id);
      const reference = await sessions.use(c.var.session, inBackground(c), (caller) => abortRotation(vault, caller, target));
      c.header('ETag', entityTag(reference.revision));
      return c.json(reference, 200);
    });
}
