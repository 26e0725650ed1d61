import type { WrittenSite } from './site.ts';

/*
 * What docker says to its helpers and hears from them: docker/docker-credential-helpers, `credentials/credentials.go`.
 */

/** docker goes on without a credential only where it reads exactly these words. */
export const notFoundWords = 'credentials not found in native keychain';
export const noServerWords = 'no credentials server URL';
export const noUsernameWords = 'no credentials username';

/** What marks the entries that docker stored: it asks for all of them at once. */
export const dockerTag = 'docker';

/** The site of a server's URL, which may have no scheme: docker means https. Its path always counts: `…/v1/access-token` is another credential. */
export function serverSite(server: string): WrittenSite & { readonly path: string } {
  const [, protocol = 'https', host = '', path = ''] = /^(?:([^:/?#]*):\/\/)?([^/?#]*)(.*)$/s.exec(server) ?? [];
  return { protocol, host, path: path.replace(/^\//, '') };
}
