import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { createTokenRequest, createTokenResponse, revokeResponse, tokenSummary } from '../../core/api/tokens.ts';
import { idBytes, idText } from '../../core/entry/id.ts';
import { entryId } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { jsonBody, smallBodyBytes } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { listTokens } from '../scopes/list.ts';
import { endTokens, mintToken } from '../scopes/mint.ts';
import { shortId } from '../access-log/origin.ts';
import { authorize } from '../sessions/authorize.ts';
import { type AuthorizedSession, originOf } from '../sessions/session.ts';
import { answered, body, protectedBy, refused } from './describe.ts';

export function tokenRoutes(deps: AppDependencies) {
  const { sessions, vault } = deps;
  const common = { tags: ['Tokens'], security: protectedBy };
  const create = createRoute({
    ...common,
    method: 'post',
    path: '/tokens',
    operationId: 'createToken',
    summary: 'Make a token for a few entries',
    description:
      'It reads these entries and does nothing else. It ends with the session that made it; with `surviveLock` it is kept in the database until its time is over, it is revoked, or the master password changes.',
    middleware: [authorize(sessions), jsonBody(smallBodyBytes)] as const,
    request: { body: body(createTokenRequest) },
    responses: { 201: answered('The token: it is shown this once.', createTokenResponse), ...refused(400, 401, 404, 409, 413, 507) },
  });
  const list = createRoute({
    ...common,
    method: 'get',
    path: '/tokens',
    operationId: 'listTokens',
    summary: 'List tokens',
    description: 'Those of the account that have not ended, without the tokens themselves.',
    middleware: [authorize(sessions)] as const,
    responses: { 200: answered('The account’s tokens that have not ended, oldest first.', z.array(tokenSummary)), ...refused(400, 401) },
  });
  const revoke = createRoute({
    ...common,
    method: 'delete',
    path: '/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'Revoke a token',
    description: 'It opens nothing from then on.',
    middleware: [authorize(sessions)] as const,
    request: { params: z.strictObject({ id: z.string().min(1).meta({ description: 'The token’s id, from the list.' }) }) },
    responses: { 200: answered('It opens nothing any more.', revokeResponse), ...refused(400, 401, 404, 507) },
  });
  const revokeAll = createRoute({
    ...common,
    method: 'delete',
    path: '/tokens',
    operationId: 'revokeTokens',
    summary: 'Revoke all tokens of the account',
    description: 'Those that survive a lock too.',
    middleware: [authorize(sessions)] as const,
    responses: { 200: answered('How many there were.', revokeResponse), ...refused(400, 401, 507) },
  });

  const noteRevoked = (session: AuthorizedSession, detail: string) => {
    vault.accessLog.note({ userId: session.userId, origin: originOf(session) }, { action: 'token revoked', detail });
  };

  return new OpenAPIHono<AppEnv>()
    .openapi(create, async (c) => {
      const request = c.req.valid('json');
      const { session } = c.var;
      const made = await sessions.use(session, { background: false }, (caller) => mintToken(deps, caller, session, request));
      const { uses } = made.note;
      const summary = { id: idText(made.id), ...made.note, usesLeft: uses, survivesLock: request.surviveLock === true };
      return c.json({ ...summary, token: made.token }, 201);
    })
    .openapi(list, async (c) => {
      return c.json(await sessions.use(c.var.session, { background: true }, (caller) => listTokens(vault, sessions.scopes, caller)), 200);
    })
    .openapi(revoke, async (c) => {
      const id = c.req.valid('param').id.toLowerCase();
      const revoked = entryId.safeParse(id).success ? await endTokens(deps, c.var.session.userId, idBytes(id)) : 0;
      if (revoked > 0) noteRevoked(c.var.session, shortId(idBytes(id)));
      if (revoked === 0) throw new VaultError('entry_not_found', 'there is no token with this id');
      return c.json({ revoked }, 200);
    })
    .openapi(revokeAll, async (c) => {
      const revoked = await endTokens(deps, c.var.session.userId, null);
      if (revoked > 0) noteRevoked(c.var.session, 'all');
      return c.json({ revoked }, 200);
    });
}
