import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { statusResponse, type StatusResponse } from '../../core/api/status.ts';
import { protocolVersion } from '../../core/limits.ts';
import { version } from '../../core/version.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorized } from '../sessions/authorize.ts';
import { listUsers } from '../vault/users.ts';
import { answered, open, refused } from './describe.ts';

const status = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'status',
  summary: 'Say how things are',
  description: 'Through TCP without a valid token only `version` and `protocol` are there. Is no use of the session.',
  tags: ['Daemon'],
  security: open,
  responses: {
    200: answered('The daemon, its accounts, and the caller’s own session if it sent a token.', statusResponse),
    ...refused(400),
  },
});

export function statusRoutes(deps: AppDependencies) {
  return new OpenAPIHono<AppEnv>().openapi(status, async (c) => {
    const session = await authorized(deps.sessions, c.req.header('authorization'));
    const minimal: StatusResponse = { version, protocol: protocolVersion };
    if (c.env.way === 'tcp' && session === null) return c.json(minimal, 200);
    const full: StatusResponse = {
      ...minimal,
      daemon: { ...deps.daemon(), sessions: deps.sessions.count },
      accounts: (await listUsers(deps.vault)).map(({ account }) => account),
      locked: session === null,
      session: session === null ? null : deps.sessions.describe(session),
    };
    return c.json(full, 200);
  });
}
