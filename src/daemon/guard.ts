import type { HonoRequest, MiddlewareHandler } from 'hono';
import { VaultError } from '../core/errors.ts';
import type { AppEnv } from './environment.ts';

/** What the guard looks at in a request. */
export interface RequestOrigin {
  /** What the request line asks for, where a server has read one. */
  readonly target?: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly referer: string | undefined;
  readonly fetchSite: string | undefined;
}

const ownHost = /^(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$/i;
const ownSites: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Whether a request may be from a web page that is not ours. A browser tells on such pages by `Origin`, `Referer` or
 * `Sec-Fetch-Site`; one whose name was pointed at this machine after it loaded (DNS rebinding) shows in `Host`. Other
 * programs send none but `Host`.
 */
export function isForeign({ target, host, origin, referer, fetchSite }: RequestOrigin): boolean {
  if (host === undefined || !ownHost.test(host)) return true;
  const own = `http://${host}`;
  // A whole URL in the request line stands above `Host` (RFC 9112, section 3.2.2): the two must agree.
  if (target !== undefined && !target.startsWith('/') && !target.startsWith(`${own}/`)) return true;
  if (origin !== undefined && origin !== own) return true;
  if (referer !== undefined && referer !== own && !referer.startsWith(`${own}/`)) return true;
  return fetchSite !== undefined && !ownSites.has(fetchSite);
}

const jsonType = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;
const mergePatchType = /^application\/merge-patch\+json(?:\s*;\s*charset="?utf-8"?)?$/i;

const linesType = /^application\/x-ndjson(?:\s*;\s*charset="?utf-8"?)?$/i;

/** Whether a body's type is JSON, or JSON by lines where many entries come, or bytes where a file does. A page can send forms and plain text without asking first: those are never read. */
function isAccepted({ method, path }: HonoRequest, contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  if (jsonType.test(contentType)) return true;
  if (method === 'PATCH') return mergePatchType.test(contentType);
  return (path === '/imports' && linesType.test(contentType)) || (path === '/attachments' && contentType === 'application/octet-stream');
}

/** Stands before every route and both listeners. */
export function guard(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { method } = c.req;
    const header = (name: string) => c.req.header(name);
    const origin = {
      target: c.env.incoming?.url,
      host: header('host'),
      origin: header('origin'),
      referer: header('referer'),
      fetchSite: header('sec-fetch-site'),
    };
    if (isForeign(origin)) throw new VaultError('request_forbidden', 'requests from web pages and other hosts are refused');
    const contentType = header('content-type');
    const hasBody = contentType !== undefined || header('transfer-encoding') !== undefined || Number(header('content-length') ?? 0) > 0;
    if (hasBody && method !== 'GET' && method !== 'HEAD' && !isAccepted(c.req, contentType)) {
      throw new VaultError('invalid_request', 'a body must be application/json');
    }
    await next();
  };
}
