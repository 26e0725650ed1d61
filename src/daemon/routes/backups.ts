import { createRoute, OpenAPIHono, type RouteConfigToTypedResponse } from '@hono/zod-openapi';
import { backupPasswordRequest, backupReport, backupRequest, backupResponse, restoreResponse } from '../../core/api/backups.ts';
import type { AppDependencies } from '../dependencies.ts';
import { bodyChunks, jsonBody, smallBodyBytes } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { authorize } from '../sessions/authorize.ts';
import { answered, body, open, protectedBy, refused, unread } from './describe.ts';
import { socketOnly } from './socket-only.ts';

const withPassword = { tags: ['Backups'], security: open, request: { body: body(backupPasswordRequest) } };

const verify = createRoute({
  ...withPassword,
  method: 'post',
  path: '/backups/verify',
  operationId: 'verifyBackup',
  summary: 'Prove a copy',
  description: 'Opens every entry, revision and attachment in it; touches neither copy nor vault. Answered through the Unix socket only.',
  responses: { 200: answered('What it holds.', backupReport), ...refused(400, 401, 404, 413, 429, 507) },
});

const restore = createRoute({
  ...withPassword,
  method: 'post',
  path: '/backups/restore',
  operationId: 'restoreBackup',
  summary: 'Go back to a copy',
  description:
    'Proves the copy as `verify` does, copies the vault that there is, and replaces its entries and master password in one transaction. Ends the account’s sessions and tokens. Answered through the Unix socket only.',
  responses: { 200: answered('The vault is as the copy had it.', restoreResponse), ...refused(400, 401, 404, 409, 413, 429, 507) },
});

export function backupRoutes({ sessions, vault, backups }: AppDependencies) {
  const make = createRoute({
    method: 'post',
    path: '/backups',
    operationId: 'makeBackup',
    summary: 'Copy the database',
    description: 'As it is at one moment, while others go on using it, to a new file. Answered through the Unix socket only.',
    tags: ['Backups'],
    security: protectedBy,
    middleware: [authorize(sessions), socketOnly('copies are made'), jsonBody(smallBodyBytes)] as const,
    request: { body: body(backupRequest, { optional: true }) },
    responses: { 201: answered('It is on the disk.', backupResponse), ...refused(400, 401, 413, 507) },
  });
  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(verify);
  app.openAPIRegistry.registerPath(restore);
  return app
    .openapi(make, async (c) => {
      const { directory = null } = c.req.valid('json');
      return c.json(await vault.store.backUp(directory, new Date(vault.clock.wall())), 201);
    })
    .post(
      '/backups/verify',
      socketOnly('copies are opened'),
      unread(backupPasswordRequest),
      async (c): Promise<RouteConfigToTypedResponse<typeof verify>> => {
        return c.json(await backups.verify(c.env.way, await bodyChunks(c, smallBodyBytes)), 200);
      },
    )
    .post(
      '/backups/restore',
      socketOnly('copies are restored'),
      unread(backupPasswordRequest),
      async (c): Promise<RouteConfigToTypedResponse<typeof restore>> => {
        return c.json(await backups.restore(c.env.way, await bodyChunks(c, smallBodyBytes)), 200);
      },
    );
}
