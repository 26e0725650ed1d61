import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { generateResponse } from '../../core/api/passwords.ts';
import { generatePassword } from '../../core/generate/generate.ts';
import { generatorOptions } from '../../core/generate/options.ts';
import type { AppDependencies } from '../dependencies.ts';
import { jsonBody, smallBodyBytes } from '../body.ts';
import type { AppEnv } from '../environment.ts';
import { answered, body, open, refused } from './describe.ts';

const generate = createRoute({
  method: 'post',
  path: '/generate',
  operationId: 'generate',
  summary: 'Generate a password',
  description: 'What the request leaves out comes from the configuration. Nothing is stored, and no token is needed.',
  tags: ['Daemon'],
  security: open,
  middleware: [jsonBody(smallBodyBytes)] as const,
  request: { body: body(generatorOptions, { optional: true }) },
  responses: { 200: answered('A fresh password.', generateResponse), ...refused(400, 413) },
});

export function generateRoutes(deps: AppDependencies) {
  return new OpenAPIHono<AppEnv>().openapi(generate, (c) =>
    c.json({ password: generatePassword(c.req.valid('json'), deps.vault.generatorDefaults) }, 200),
  );
}
