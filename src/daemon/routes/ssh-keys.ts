import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sshKeySummary } from '../../core/ssh/schema.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { listSshKeys } from '../vault/ssh-keys.ts';
import { answered, headersToRead, protectedBy, refused } from './describe.ts';

export function sshKeyRoutes({ sessions, vault }: AppDependencies) {
  const list = createRoute({
    method: 'get',
    path: '/ssh-keys',
    operationId: 'listSshKeys',
    parameters: headersToRead,
    summary: 'List the keys of the SSH agent',
    description: 'Entries with a field `ssh agent` that says `on` or `confirm`, and the private key in a field `private key`; without it.',
    tags: ['Credentials'],
    security: protectedBy,
    middleware: [authorize(sessions)] as const,
    responses: { 200: answered('By name.', z.array(sshKeySummary)), ...refused(400, 401) },
  });
  return new OpenAPIHono<AppEnv>().openapi(list, async (c) => {
    return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => listSshKeys(vault, caller)), 200);
  });
}
