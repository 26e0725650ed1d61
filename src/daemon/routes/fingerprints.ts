import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { fingerprint, fingerprintRequest } from '../../core/api/passwords.ts';
import { fingerprintReference, fingerprintValue } from '../../core/crypto/fingerprint.ts';
import { idBytes } from '../../core/entry/id.ts';
import { jsonBody } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { answered, body, headersToRead, protectedBy, refused } from './describe.ts';

export function fingerprintRoutes({ sessions }: AppDependencies) {
  const make = createRoute({
    tags: ['Passwords'],
    security: protectedBy,
    parameters: headersToRead,
    method: 'post',
    path: '/fingerprints',
    operationId: 'fingerprint',
    summary: 'Fingerprint what references gave',
    description: 'Keyed: they tell whether a secret has changed, and nothing to anybody without this vault. In the order of the request.',
    middleware: [authorize(sessions), jsonBody()] as const,
    request: { body: body(fingerprintRequest) },
    responses: { 200: answered('The fingerprints.', z.array(fingerprint)), ...refused(400, 401, 413) },
  });

  return new OpenAPIHono<AppEnv>().openapi(make, async (c) => {
    const { references } = c.req.valid('json');
    const made = await sessions.use(c.var.session, inBackground(c), ({ keys }) =>
      Promise.resolve(
        references.map(({ reference, id, value }) => ({
          reference: fingerprintReference(keys.fingerprint, reference).toString('base64url'),
          value: fingerprintValue(keys.fingerprint, { reference, entryId: idBytes(id), value }).toString('base64url'),
        })),
      ),
    );
    return c.json(made, 200);
  });
}
