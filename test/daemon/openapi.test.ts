import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from './test-daemon.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, { schema: object }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: object };
}

let daemon: TestDaemon;
let source: string;
let document: Document;

beforeAll(async () => {
  daemon = await startTestDaemon();
  source = (await daemon.request('/openapi.json')).text;
  document = JSON.parse(source) as Document;
});

afterAll(async () => {
  await daemon.close();
});

/** "METHOD /path" of everything that is documented, with Hono's way to write a parameter. */
function documented(): Map<string, Operation> {
  const all = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      operation,
    ]),
  );
  return new Map(all);
}

/** The same of everything that is routed. */
function routed(): string[] {
  const all = daemon.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)];
}

const open = [
  'POST /users',
  'POST /recover',
  'POST /backups/verify',
  'POST /backups/restore',
  'POST /login',
  'POST /generate',
  'GET /status',
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/:file',
];

describe('the OpenAPI document', () => {
  it('passes a public linter’s recommended rules', async () => {
    const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended'] }) });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('has every route, and no other', () => {
    expect([...documented().keys()].sort()).toEqual(routed().sort());
  });

  it('marks the routes that want a token, and those alone', () => {
    const marked = [...documented()].filter(([, { security }]) => security.length > 0).map(([route]) => route);
    expect(marked.sort()).toEqual(
      routed()
        .filter((route) => !open.includes(route))
        .sort(),
    );
    expect(document.components.securitySchemes).toMatchObject({ bearerAuth: { type: 'http', scheme: 'bearer' } });
  });

  it('says what a body must be, also where a password makes the daemon leave it unread', () => {
    const bodies = [...documented()].flatMap(([route, { requestBody }]) =>
      requestBody === undefined ? [] : [[route, requestBody.content['application/json']?.schema] as const],
    );
    expect(Object.fromEntries(bodies)).toEqual({
      'POST /users': { $ref: '#/components/schemas/CreateUserRequest' },
      'POST /login': { $ref: '#/components/schemas/LoginRequest' },
      'POST /lock': { $ref: '#/components/schemas/LockRequest' },
      'POST /generate': { $ref: '#/components/schemas/GeneratorOptions' },
      'POST /passwords': { $ref: '#/components/schemas/CreateEntryRequest' },
      'PATCH /passwords/:website': { $ref: '#/components/schemas/PatchEntryRequest' },
      'POST /confirm': { $ref: '#/components/schemas/ConfirmRequest' },
      'POST /tokens': { $ref: '#/components/schemas/CreateTokenRequest' },
      'PUT /credentials': { $ref: '#/components/schemas/StoreCredentialRequest' },
      'POST /credentials/erase': { $ref: '#/components/schemas/EraseCredentialRequest' },
      'POST /rotations/:id': { $ref: '#/components/schemas/RotateRequest' },
      'POST /restore/:id': { $ref: '#/components/schemas/RestoreRequest' },
      'POST /fingerprints': { $ref: '#/components/schemas/FingerprintRequest' },
      'POST /recover': { $ref: '#/components/schemas/RecoverRequest' },
      'POST /users/me/recovery-kit': { $ref: '#/components/schemas/NewKitRequest' },
      'POST /backups': { $ref: '#/components/schemas/BackupRequest' },
      'POST /backups/verify': { $ref: '#/components/schemas/BackupPasswordRequest' },
      'POST /backups/restore': { $ref: '#/components/schemas/BackupPasswordRequest' },
      'PUT /users/me/password': { $ref: '#/components/schemas/ChangePasswordRequest' },
    });
    expect(document.components.schemas).toMatchObject({
      LoginRequest: { type: 'object', required: ['password'], additionalProperties: false },
      Entry: { type: 'object', additionalProperties: false },
    });
  });

  it('says for every route how it refuses', () => {
    for (const [route, { responses }] of documented()) {
      for (const status of ['400', '403', '500']) {
        const schema = responses[status]?.content?.['application/json']?.schema;
        expect(schema, `${route} ${status}`).toEqual({ $ref: '#/components/schemas/Error' });
      }
    }
  });
});

describe('the docs page', () => {
  const own = /^\/[^/]/;

  it('loads nothing from another host, and nothing inline', async () => {
    const page = await daemon.request('/docs');
    expect(page.status).toBe(200);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url);
    expect(loaded.length).toBeGreaterThan(3);
    expect(loaded.every((url) => own.test(url))).toBe(true);
    expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|style=/i);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    for (const url of loaded) {
      const file = await daemon.request(url);
      expect(file, url).toMatchObject({ status: 200 });
      expect(file.headers.get('x-content-type-options')).toBe('nosniff');
      expect(file.text.length).toBeGreaterThan(100);
    }
  });

  it('starts with our document, and asks no validator elsewhere', async () => {
    const { text, headers } = await daemon.request('/docs/start.js');
    expect(headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(text).toContain("url: '/openapi.json'");
    expect(text).toContain('validatorUrl: null');
    expect(text).not.toMatch(/https?:/);
  });

  it.each(['package.json', '..%2Fpackage.json', '..%2f..%2fmain.js', 'swagger-ui.css%00', 'constructor'])(
    'has no file %s',
    async (name) => {
      expect((await daemon.request(`/docs/${name}`)).status).toBe(404);
    },
  );
});
