import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { createEntryRequest, listQuery, patchEntryRequest, readQuery } from '../../core/api/passwords.ts';
import { entry, entryReference, type EntrySummary, entrySummary } from '../../core/entry/schema.ts';
import type { AppDependencies } from '../dependencies.ts';
import { jsonBody } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { readScoped } from '../scopes/read.ts';
import { authorize, authorizeToRead, inBackground } from '../sessions/authorize.ts';
import { addEntry, changeEntry, readEntry, removeEntry } from '../vault/entries.ts';
import { listEntriesAsJson } from '../vault/list.ts';
import { answered, body, headersToRead, headersToWrite, jsonText, protectedBy, refused } from './describe.ts';
import { entityTag, existingId, expectedRevision, revisionHeaders } from './revision.ts';

const website = z.strictObject({
  website: z.string().min(1).meta({ description: 'To read: a name, a host or an id. To change or remove: the entry’s id.' }),
});

export function passwordRoutes(deps: AppDependencies) {
  const { sessions, vault } = deps;
  const common = { tags: ['Passwords'], security: protectedBy };
  const add = createRoute({
    ...common,
    method: 'post',
    path: '/passwords',
    operationId: 'addPassword',
    parameters: headersToRead,
    summary: 'Store a login',
    description: 'A `website` that is a URL is kept, and its host becomes the name. A second entry of one name and username is refused.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { body: body(createEntryRequest) },
    responses: { 201: { ...answered('It is on disk.', entryReference), headers: revisionHeaders }, ...refused(400, 401, 409, 413, 507) },
  });
  const list = createRoute({
    ...common,
    method: 'get',
    path: '/passwords',
    operationId: 'listPasswords',
    parameters: headersToRead,
    summary: 'List or find logins',
    description:
      'Sorted by name, then username; without anything secret. `pattern` looks through names, `query` through all that is no secret.',
    middleware: [authorize(sessions)] as const,
    request: { query: listQuery },
    responses: { 200: answered('All that match; none is an empty list.', z.array(entrySummary)), ...refused(400, 401) },
  });
  const read = createRoute({
    ...common,
    method: 'get',
    path: '/passwords/{website}',
    operationId: 'readPassword',
    parameters: headersToRead,
    summary: 'Read a login',
    description:
      'By id, exact name, host or registrable domain: the first of these that matches decides. `exact` leaves out hosts. A token for some entries finds those alone, and one for a single field leaves all others empty.',
    middleware: [authorizeToRead(sessions)] as const,
    request: { params: website, query: readQuery },
    responses: { 200: { ...answered('The entry, secrets included.', entry), headers: revisionHeaders }, ...refused(400, 401, 404, 409) },
  });
  const change = createRoute({
    ...common,
    method: 'patch',
    path: '/passwords/{website}',
    operationId: 'changePasswordEntry',
    parameters: headersToWrite,
    summary: 'Change a login',
    description: 'A JSON merge patch (RFC 7396): null unsets, arrays are replaced. With `If-Match: "REVISION"` a stale one is refused.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { params: website, body: body(patchEntryRequest) },
    responses: {
      200: { ...answered('It is on disk.', entryReference), headers: revisionHeaders },
      ...refused(400, 401, 404, 409, 412, 413, 507),
    },
  });
  const remove = createRoute({
    ...common,
    method: 'delete',
    path: '/passwords/{website}',
    operationId: 'removePassword',
    parameters: headersToWrite,
    summary: 'Put a login into the trash',
    description: 'With `If-Match: "REVISION"` a stale one is refused.',
    middleware: [authorize(sessions)] as const,
    request: { params: website },
    responses: { 200: answered('It is in the trash.', entryReference), ...refused(400, 401, 404, 412, 507) },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(add, async (c) => {
      const request = c.req.valid('json');
      const reference = await sessions.use(c.var.session, inBackground(c), (caller) => addEntry(vault, caller, request));
      c.header('Location', `/passwords/${reference.id}`);
      c.header('ETag', entityTag(reference.revision));
      return c.json(reference, 201);
    })
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      return jsonText<EntrySummary[]>(
        c,
        await sessions.use(c.var.session, inBackground(c), (caller) => listEntriesAsJson(vault, caller, query)),
      );
    })
    .openapi(read, async (c) => {
      const { username, exact, field } = c.req.valid('query');
      const wanted = { website: c.req.valid('param').website, username, exact: exact === 'true' };
      const scope = c.get('scope');
      const found =
        scope === undefined
          ? await sessions.use(c.var.session, inBackground(c), (caller) => readEntry(vault, caller, wanted))
          : await sessions.scopes.use(scope, (rows) => readScoped(vault, rows, scope, { ...wanted, field }));
      return c.json(found, 200, { ETag: entityTag(found.revision) });
    })
    .openapi(change, async (c) => {
      const id = existingId(c.req.valid('param').website);
      const expected = expectedRevision(c.req.header('if-match'));
      const patch = c.req.valid('json');
      const reference = await sessions.use(c.var.session, inBackground(c), (caller) => changeEntry(vault, caller, id, patch, expected));
      c.header('ETag', entityTag(reference.revision));
      return c.json(reference, 200);
    })
    .openapi(remove, async (c) => {
      const id = existingId(c.req.valid('param').website);
      const expected = expectedRevision(c.req.header('if-match'));
      return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => removeEntry(vault, caller, id, expected)), 200);
    });
}
