import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { logCheck, logEvent, logQuery } from '../../core/api/log.ts';
import { listLog } from '../access-log/list.ts';
import { verifyLog } from '../access-log/verify.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize } from '../sessions/authorize.ts';
import { answered, protectedBy, refused } from './describe.ts';

const looking = { background: true } as const;

export function logRoutes({ sessions, vault }: AppDependencies) {
  const common = { tags: ['Log'], security: protectedBy };
  const list = createRoute({
    ...common,
    method: 'get',
    path: '/log',
    operationId: 'readLog',
    summary: 'Say which entries were read, written or refused',
    description: 'Program and terminal are what the client said of itself, in the `Vault-Client` header. Is no use of the session.',
    middleware: [authorize(sessions)] as const,
    request: { query: logQuery },
    responses: { 200: answered('The newest events, oldest first.', z.array(logEvent)), ...refused(400, 401) },
  });
  const verify = createRoute({
    ...common,
    method: 'get',
    path: '/log/verify',
    operationId: 'verifyLog',
    summary: 'Verify the access log',
    description: 'Looks at every record. Is no use of the session.',
    middleware: [authorize(sessions)] as const,
    responses: { 200: answered('How much there is, and the first link that is broken.', logCheck), ...refused(400, 401) },
  });
  return new OpenAPIHono<AppEnv>()
    .openapi(list, async (c) => {
      const { limit } = c.req.valid('query');
      return c.json(await sessions.use(c.var.session, looking, (caller) => listLog(vault, caller, Number(limit))), 200);
    })
    .openapi(verify, async (c) => c.json(await sessions.use(c.var.session, looking, (caller) => verifyLog(vault, caller)), 200));
}
