import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  credential as credentialSchema,
  credentialQuery,
  eraseCredentialRequest,
  eraseCredentialResponse,
  storeCredentialRequest,
} from '../../core/credentials/schema.ts';
import { entryReference } from '../../core/entry/schema.ts';
import { jsonBody } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, authorizeToRead, inBackground } from '../sessions/authorize.ts';
import { eraseCredential, readCredential, readScopedCredential, storeCredential } from '../vault/credentials.ts';
import { answered, body, headersToRead, protectedBy, refused } from './describe.ts';

export function credentialRoutes({ sessions, vault }: AppDependencies) {
  const common = { tags: ['Credentials'], security: protectedBy, parameters: headersToRead };
  const read = createRoute({
    ...common,
    method: 'get',
    path: '/credentials',
    operationId: 'readCredential',
    summary: 'Read the credential for a site',
    description:
      'Exactly this protocol, host and port in effect, the path where one is given, then the username; of several the most recent. Entries with `tag` come first. A token for some entries finds those alone, and one for a single field tells that.',
    middleware: [authorizeToRead(sessions)] as const,
    request: { query: credentialQuery },
    responses: { 200: answered('The credential.', credentialSchema), ...refused(400, 401, 404) },
  });
  const store = createRoute({
    ...common,
    method: 'put',
    path: '/credentials',
    operationId: 'storeCredential',
    summary: 'Keep a credential that was right',
    description: 'In the entry for this site and username, or in a new one. What is kept already changes nothing.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { body: body(storeCredentialRequest) },
    responses: { 200: answered('It is on disk.', entryReference), ...refused(400, 401, 409, 413, 507) },
  });
  const erase = createRoute({
    ...common,
    method: 'post',
    path: '/credentials/erase',
    operationId: 'eraseCredential',
    summary: 'Put a credential that was wrong into the trash',
    description:
      'Those that hold the given secret, or all of the site and username where none is given; with `tag` only those that have it.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { body: body(eraseCredentialRequest) },
    responses: { 200: answered('They are in the trash.', eraseCredentialResponse), ...refused(400, 401, 413, 507) },
  });
  return new OpenAPIHono<AppEnv>()
    .openapi(read, async (c) => {
      const query = c.req.valid('query');
      const scope = c.get('scope');
      if (scope === undefined) {
        return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => readCredential(vault, caller, query)), 200);
      }
      const { credential } = await sessions.scopes.use(scope, (rows) => readScopedCredential(vault, rows, scope, query));
      return c.json(credential, 200);
    })
    .openapi(store, async (c) => {
      const request = c.req.valid('json');
      return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => storeCredential(vault, caller, request)), 200);
    })
    .openapi(erase, async (c) => {
      const request = c.req.valid('json');
      const removed = await sessions.use(c.var.session, inBackground(c), (caller) => eraseCredential(vault, caller, request));
      return c.json({ removed }, 200);
    });
}
