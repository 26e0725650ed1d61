import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { exportedLine } from '../../core/entry/export.ts';
import { errorBody } from '../../core/errors.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { toVaultError } from '../errors.ts';
import type { Log } from '../log.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import { exportPages } from '../vault/export.ts';
import { confirmationRequired } from '../brake/brake.ts';
import { answeredByLines, headersToRead, protectedBy, refused } from './describe.ts';

const exportQuery = z.strictObject({
  trash: z.enum(['true', 'false']).default('false').meta({ description: 'Whether entries in the trash come too.' }),
  history: z.enum(['true', 'false']).default('false').meta({ description: 'Whether earlier revisions come too.' }),
});

/** Pages as lines of JSON, as the client takes them. Once the answer has begun, an error can only be its last line. */
function linesOf(pages: AsyncGenerator<object[]>, first: IteratorResult<object[], unknown>, log: Log): ReadableStream<Uint8Array> {
  const encode = (lines: readonly object[]) => Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  let next: IteratorResult<object[], unknown> | null = first;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const page: IteratorResult<object[], unknown> = next ?? (await pages.next());
          next = null;
          if (page.done === true) controller.close();
          else controller.enqueue(encode(page.value));
        } catch (thrown) {
          const error = toVaultError(thrown);
          if (error.code === 'internal') log.defect(error.cause ?? thrown);
          controller.enqueue(encode([errorBody(error)]));
          controller.close();
        }
      },
      cancel: async () => {
        await pages.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

export function exportRoutes({ sessions, vault, log }: AppDependencies) {
  const take = createRoute({
    method: 'post',
    path: '/exports',
    operationId: 'exportEntries',
    parameters: headersToRead,
    summary: 'Take every entry out',
    description: [
      'One `ExportedEntry` as JSON on each line, secrets included, as the client reads them: all that are there from beginning to end, each once and whole.',
      'What is added, changed or removed meanwhile may come or not. If the session ends on the way, or damage is found, the last line is an error object.',
    ].join(' '),
    tags: ['Passwords'],
    security: protectedBy,
    middleware: [authorize(sessions)] as const,
    request: { query: exportQuery },
    responses: {
      200: answeredByLines('The entries, in no particular order.', exportedLine),
      ...refused(400, 401),
    },
  });
  return new OpenAPIHono<AppEnv>().openapi(take, async (c) => {
    const { trash, history } = c.req.valid('query');
    if (vault.brake.isOn && !sessions.isConfirmed(c.var.session)) {
      throw confirmationRequired('this takes every entry out: the master password is wanted again');
    }
    const options = { trash: trash === 'true', history: history === 'true' };
    const pages = exportPages(vault, (work) => sessions.use(c.var.session, inBackground(c), work), options);
    const first = await pages.next();
    return c.body(linesOf(pages, first, log), 200, { 'Content-Type': 'application/x-ndjson' });
  });
}
