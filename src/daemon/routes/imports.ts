import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { conflictPolicies, importReport } from '../../core/entry/import.ts';
import type { AppDependencies } from '../dependencies.ts';
import { readRefused } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { importedEntries } from '../ndjson.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { importEntries } from '../vault/import.ts';
import { answered, protectedBy, refused } from './describe.ts';

const importQuery = z.strictObject({
  onConflict: z.enum(conflictPolicies).default('skip').meta({ description: 'What becomes of an entry whose name and username are taken.' }),
  dryRun: z.enum(['true', 'false']).default('false').meta({ description: 'Report what would come, and change nothing.' }),
});

export function importRoutes({ sessions, vault }: AppDependencies) {
  const bring = createRoute({
    method: 'post',
    path: '/imports',
    operationId: 'importEntries',
    summary: 'Bring many entries in',
    description:
      'One `ImportedEntry` as JSON on each line. All become part of the vault at once when the last line has come; where one cannot be read, none does.',
    tags: ['Passwords'],
    security: protectedBy,
    middleware: [readRefused(), authorize(sessions)] as const,
    request: { query: importQuery, body: { content: { 'application/x-ndjson': { schema: z.string() } }, required: true } },
    responses: { 200: answered('They are on disk.', importReport), ...refused(400, 401, 412, 413, 507) },
  });
  return new OpenAPIHono<AppEnv>().openapi(bring, async (c) => {
    const { onConflict, dryRun } = c.req.valid('query');
    c.env.unhurried?.();
    const options = { onConflict, dryRun: dryRun === 'true' };
    const arriving = importedEntries(c, sessions.lasting(c.var.session));
    return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => importEntries(vault, caller, arriving, options)), 200);
  });
}
