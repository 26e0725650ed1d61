import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { attachmentQuery, attachQuery, attachResponse } from '../../core/api/attachments.ts';
import { attachment } from '../../core/entry/attachment.ts';
import { entryReference } from '../../core/entry/schema.ts';
import { bodyStream, readRefused } from '../body.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppEnv } from '../environment.ts';
import { authorize, inBackground } from '../sessions/authorize.ts';
import type { LastingRequest } from '../sessions/session.ts';
import { attachFile, listAttachments, openAttachment, type OpenAttachment, removeAttachment } from '../vault/attachments.ts';
import { answered, headersToRead, headersToWrite, protectedBy, refused } from './describe.ts';
import { entityTag, existingId, expectedRevision, revisionHeaders } from './revision.ts';

const attachmentId = z.strictObject({ id: z.string().meta({ description: 'The attachment’s id.' }) });

const bytes = { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } };

/** Opens each chunk when the one before it has gone out, until the session ends. */
function streamOf(opened: OpenAttachment, { ended, goesOn }: LastingRequest): ReadableStream<Uint8Array<ArrayBuffer>> {
  const close = () => {
    ended.removeEventListener('abort', close);
    opened.close();
  };
  // The client may read no more, so that nobody asks for the next chunk.
  ended.addEventListener('abort', close);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        try {
          ended.throwIfAborted();
          const chunk = await opened.next();
          goesOn();
          if (chunk !== null && chunk.length > 0) controller.enqueue(new Uint8Array(chunk));
          if (chunk !== null) return;
          controller.close();
        } catch (error) {
          // What was being opened then lacks its key.
          controller.error(ended.aborted ? ended.reason : error);
        }
        close();
      },
      cancel: () => {
        close();
      },
    },
    { highWaterMark: 1 },
  );
}

export function attachmentRoutes({ sessions, vault }: AppDependencies) {
  const common = { tags: ['Attachments'], security: protectedBy };
  const list = createRoute({
    ...common,
    method: 'get',
    path: '/attachments',
    operationId: 'listAttachments',
    parameters: headersToRead,
    summary: 'List the files of an entry',
    description: 'Of an entry in the trash too.',
    middleware: [authorize(sessions)] as const,
    request: { query: attachmentQuery },
    responses: { 200: answered('All of them; none is an empty list.', z.array(attachment)), ...refused(400, 401, 404) },
  });
  const attach = createRoute({
    ...common,
    method: 'post',
    path: '/attachments',
    operationId: 'attach',
    parameters: headersToWrite,
    summary: 'Attach a file to an entry',
    description: 'At most 100 MiB, which are sealed as they come. A body that is cut changes nothing.',
    middleware: [readRefused(), authorize(sessions)] as const,
    request: { query: attachQuery, body: { required: true, content: bytes } },
    responses: {
      201: { ...answered('It is on disk.', attachResponse), headers: revisionHeaders },
      ...refused(400, 401, 404, 409, 412, 413, 507),
    },
  });
  const read = createRoute({
    ...common,
    method: 'get',
    path: '/attachments/{id}',
    operationId: 'readAttachment',
    parameters: headersToRead,
    summary: 'Read a file',
    description: 'All of it is proven to be what was stored before the first byte is sent.',
    middleware: [authorize(sessions)] as const,
    request: { params: attachmentId, query: attachmentQuery },
    responses: { 200: { description: 'The file’s bytes.', content: bytes }, ...refused(400, 401, 404) },
  });
  const remove = createRoute({
    ...common,
    method: 'delete',
    path: '/attachments/{id}',
    operationId: 'removeAttachment',
    parameters: headersToWrite,
    summary: 'Take a file off an entry',
    description: 'Earlier revisions of the entry keep it.',
    middleware: [authorize(sessions)] as const,
    request: { params: attachmentId, query: attachmentQuery },
    responses: {
      200: { ...answered('It is off the entry.', entryReference), headers: revisionHeaders },
      ...refused(400, 401, 404, 412, 507),
    },
  });

  return new OpenAPIHono<AppEnv>()
    .openapi(list, async (c) => {
      const entryId = existingId(c.req.valid('query').entry);
      return c.json(await sessions.use(c.var.session, inBackground(c), (caller) => listAttachments(vault, caller, entryId)), 200);
    })
    .openapi(attach, async (c) => {
      const { entry, name } = c.req.valid('query');
      const target = { entryId: existingId(entry), name, expected: expectedRevision(c.req.header('if-match')) };
      const data = bodyStream(c, sessions.lasting(c.var.session));
      const attached = await sessions.use(c.var.session, inBackground(c), (caller) => attachFile(vault, caller, target, data));
      c.header('ETag', entityTag(attached.revision));
      return c.json(attached, 201);
    })
    .openapi(read, async (c) => {
      const entryId = existingId(c.req.valid('query').entry);
      const { id } = c.req.valid('param');
      const request = sessions.lasting(c.var.session);
      const opened = await sessions.use(c.var.session, inBackground(c), (caller) => openAttachment(vault, caller, entryId, id));
      return c.body(streamOf(opened, request), 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(opened.attachment.size),
      });
    })
    .openapi(remove, async (c) => {
      const target = {
        entryId: existingId(c.req.valid('query').entry),
        id: c.req.valid('param').id,
        expected: expectedRevision(c.req.header('if-match')),
      };
      const reference = await sessions.use(c.var.session, inBackground(c), (caller) => removeAttachment(vault, caller, target));
      c.header('ETag', entityTag(reference.revision));
      return c.json(reference, 200);
    });
}
