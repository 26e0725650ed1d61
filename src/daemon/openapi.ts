import type { OpenAPIHono } from '@hono/zod-openapi';
import { version } from '../core/version.ts';
import type { AppEnv } from './environment.ts';

const description = [
  'A password manager’s daemon on this machine. It listens on a Unix socket, and on 127.0.0.1 where a port is configured.',
  'Requests need the `Host` localhost or 127.0.0.1 and no foreign `Origin`; bodies are JSON.',
  'Every error is `{"error":{"code","message","details?"}}`: the code is stable.',
].join('\n');

/** The OpenAPI 3.1 document of the app's routes: made from the schemas that validate. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Vault', version, description, license: { name: 'MIT', url: 'https://opensource.org/license/mit' } },
    servers: [{ url: '/', description: 'This daemon' }],
    tags: [
      { name: 'Accounts', description: 'Vaults and their master passwords.' },
      { name: 'Sessions', description: 'Unlocking and locking.' },
      { name: 'Passwords', description: 'The entries of the caller’s vault.' },
      { name: 'Tokens', description: 'Tokens that read a few entries and nothing else.' },
      { name: 'Attachments', description: 'Files of entries, sealed in chunks.' },
      { name: 'Credentials', description: 'What the helpers of git and docker ask.' },
      { name: 'Log', description: 'Who read, wrote or was refused what.' },
      { name: 'Backups', description: 'Copies of the database.' },
      { name: 'Daemon', description: 'What needs no vault.' },
      { name: 'Documentation', description: 'What you are reading.' },
    ],
  });
}

export function describeSecurity(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearerAuth', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token that `POST /login` answers. `GET /passwords/{website}` also takes one that `POST /tokens` answers.',
  });
}
