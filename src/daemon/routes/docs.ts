import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../environment.ts';
import { answerWith, noSuchPath } from '../errors.ts';
import { open, refused } from './describe.ts';
import { type DocsFile, docsFiles, docsPage, docsPolicy, docsStart, isDocsFile } from './docs-page.ts';

const common = { tags: ['Documentation'], security: open };

const specification = createRoute({
  ...common,
  method: 'get',
  path: '/openapi.json',
  operationId: 'openapi',
  summary: 'This document',
  description: 'Made from the schemas that validate.',
  responses: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: z.looseObject({}) } } }, ...refused(400) },
});

const page = createRoute({
  ...common,
  method: 'get',
  path: '/docs',
  operationId: 'docs',
  summary: 'This document, to read and to try out',
  description: 'A page that loads nothing from another host.',
  responses: {
    200: { description: 'A page that loads nothing from another host.', content: { 'text/html': { schema: z.string() } } },
    ...refused(400),
  },
});

const file = createRoute({
  ...common,
  method: 'get',
  path: '/docs/{file}',
  operationId: 'docsFile',
  summary: 'A file of the docs page',
  description: 'Its script, its style sheet and its picture.',
  request: { params: z.strictObject({ file: z.string().meta({ description: 'The file’s name.' }) }) },
  responses: { 200: { description: 'The file.' }, ...refused(400, 404) },
});

async function contents(assets: string, name: DocsFile): Promise<string | Uint8Array<ArrayBuffer>> {
  return name === 'start.js' ? docsStart : new Uint8Array(await readFile(join(assets, name)));
}

/** `document` is asked once, when somebody first wants it: then all routes are known. */
export function docsRoutes(deps: { readonly docsAssets: string; readonly document: () => object }) {
  let document: object | undefined;
  return new OpenAPIHono<AppEnv>()
    .openapi(specification, (c) => {
      document ??= deps.document();
      return c.json({ ...document }, 200);
    })
    .openapi(page, (c) => {
      c.header('Content-Security-Policy', docsPolicy);
      c.header('Referrer-Policy', 'same-origin');
      return c.html(docsPage, 200);
    })
    .openapi(file, async (c) => {
      const { file: name } = c.req.valid('param');
      if (!isDocsFile(name)) return answerWith(c, noSuchPath(), 404);
      return c.body(await contents(deps.docsAssets, name), 200, { 'Content-Type': docsFiles[name] });
    });
}
