import type { TestAnswer, TestRequest } from '../../test/daemon/test-daemon.ts';

/** What a request is about: an entry, the host of its URL, a file of it. */
export interface About {
  readonly entry: string;
  readonly host: string;
  readonly attachment: string;
}

/** What a route is for, as the trial of authorization needs to know it. Every route has a row here. */
export interface Row {
  /** Who may: anybody; anybody, but through the socket only; the bearer of a valid token. */
  readonly needs: 'nothing' | 'socket' | 'token';
  /** Whether it is answered through the socket only, with a token. */
  readonly socketOnly?: true;
  /** Whether it names one entry. */
  readonly concerns?: 'entry';
  /** Whether a scoped token may, for its own entries. */
  readonly scoped?: true;
  /** A sound request, about an entry where it concerns one. */
  readonly request: (about: About) => Pick<TestRequest, 'json' | 'body' | 'headers'> & { readonly path: string };
  /** Whether the answer is that of a caller who may. */
  readonly reached: (answer: TestAnswer) => boolean;
}

const succeeds = ({ status }: TestAnswer) => status >= 200 && status < 300;
/** A password is asked for beside the token: who gets so far was let in. */
const asksForThePassword = ({ status, text }: TestAnswer) => status === 401 && text.includes('incorrect_password');

/** A copy's own password opens it, whoever asks: who is told that there is none was let in. */
const aboutNoCopy = (path: string) => ({ path, json: { path: '/nowhere/copy.db', password: 'p' } });
const findsNoCopy = ({ status, text }: TestAnswer) => status === 400 && text.includes('cannot be read');

let accounts = 0;

export const rows: Readonly<Record<string, Row>> = {
  'POST /users': {
    needs: 'socket',
    request: () => ({ path: '/users', json: { account: `new-${String(accounts++)}`, password: 'p' } }),
    reached: succeeds,
  },
  'POST /login': {
    needs: 'nothing',
    request: () => ({ path: '/login', json: { account: 'alice', password: 'p' } }),
    reached: asksForThePassword,
  },
  'GET /status': { needs: 'nothing', request: () => ({ path: '/status' }), reached: succeeds },
  'POST /generate': { needs: 'nothing', request: () => ({ path: '/generate', json: {} }), reached: succeeds },
  'GET /openapi.json': { needs: 'nothing', request: () => ({ path: '/openapi.json' }), reached: succeeds },
  'GET /docs': { needs: 'nothing', request: () => ({ path: '/docs' }), reached: succeeds },
  'GET /docs/:file': { needs: 'nothing', request: () => ({ path: '/docs/start.js' }), reached: succeeds },
  'POST /lock': { needs: 'token', request: () => ({ path: '/lock', json: {} }), reached: succeeds },
  'POST /passwords': {
    needs: 'token',
    request: ({ entry }) => ({ path: '/passwords', json: { name: `beside-${entry}`, password: 'p' } }),
    reached: succeeds,
  },
  'GET /passwords': { needs: 'token', request: () => ({ path: '/passwords' }), reached: succeeds },
  'GET /passwords/:website': {
    needs: 'token',
    concerns: 'entry',
    scoped: true,
    request: ({ entry }) => ({ path: `/passwords/${entry}` }),
    reached: succeeds,
  },
  'PATCH /passwords/:website': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/passwords/${entry}`, json: { notes: 'changed' } }),
    reached: succeeds,
  },
  'DELETE /passwords/:website': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/passwords/${entry}` }),
    reached: succeeds,
  },
  'POST /imports': {
    needs: 'token',
    request: ({ entry }) => ({
      path: '/imports',
      body: JSON.stringify({ name: `imported-${entry}` }),
      headers: { 'content-type': 'application/x-ndjson' },
    }),
    reached: succeeds,
  },
  'POST /exports': { needs: 'token', request: () => ({ path: '/exports' }), reached: succeeds },
  'GET /attachments': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/attachments?entry=${entry}` }),
    reached: succeeds,
  },
  'POST /attachments': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({
      path: `/attachments?entry=${entry}&name=new`,
      body: 'content',
      headers: { 'content-type': 'application/octet-stream' },
    }),
    reached: succeeds,
  },
  'GET /attachments/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry, attachment }) => ({ path: `/attachments/${attachment}?entry=${entry}` }),
    reached: ({ status, text }) => status === 200 && text.startsWith('private-to-'),
  },
  'DELETE /attachments/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry, attachment }) => ({ path: `/attachments/${attachment}?entry=${entry}` }),
    reached: succeeds,
  },
  'GET /credentials': {
    needs: 'token',
    concerns: 'entry',
    scoped: true,
    request: ({ host }) => ({ path: `/credentials?protocol=https&host=${host}` }),
    reached: succeeds,
  },
  'PUT /credentials': {
    needs: 'token',
    request: ({ host }) => ({ path: '/credentials', json: { protocol: 'https', host, username: 'new', password: 'p' } }),
    reached: succeeds,
  },
  'POST /credentials/erase': {
    needs: 'token',
    request: ({ host }) => ({ path: '/credentials/erase', json: { protocol: 'https', host } }),
    reached: succeeds,
  },
  'GET /history/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/history/${entry}` }),
    reached: succeeds,
  },
  'POST /restore/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/restore/${entry}`, json: { revision: 1 } }),
    reached: succeeds,
  },
  'POST /rotations/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/rotations/${entry}`, json: {} }),
    reached: succeeds,
  },
  'GET /rotations/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/rotations/${entry}` }),
    reached: succeeds,
  },
  'POST /rotations/:id/commit': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/rotations/${entry}/commit` }),
    reached: succeeds,
  },
  'DELETE /rotations/:id': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: `/rotations/${entry}` }),
    reached: succeeds,
  },
  'GET /trash': { needs: 'token', request: () => ({ path: '/trash' }), reached: succeeds },
  'DELETE /trash': { needs: 'token', request: () => ({ path: '/trash' }), reached: succeeds },
  // Computed from what the request itself brings: no entry is looked up.
  'POST /fingerprints': {
    needs: 'token',
    request: ({ entry }) => ({ path: '/fingerprints', json: { references: [{ reference: 'vault://a/password', id: entry, value: 'v' }] } }),
    reached: succeeds,
  },
  'GET /ssh-keys': { needs: 'token', request: () => ({ path: '/ssh-keys' }), reached: succeeds },
  'POST /tokens': {
    needs: 'token',
    concerns: 'entry',
    request: ({ entry }) => ({ path: '/tokens', json: { entries: [entry] } }),
    reached: succeeds,
  },
  'GET /tokens': { needs: 'token', request: () => ({ path: '/tokens' }), reached: succeeds },
  // Of a token, not of an entry: there is none of this id.
  'DELETE /tokens/:id': { needs: 'token', request: ({ entry }) => ({ path: `/tokens/${entry}` }), reached: ({ status }) => status === 404 },
  'DELETE /tokens': { needs: 'token', request: () => ({ path: '/tokens' }), reached: succeeds },
  'POST /confirm': { needs: 'token', request: () => ({ path: '/confirm', json: { password: 'p' } }), reached: asksForThePassword },
  'GET /log': { needs: 'token', request: () => ({ path: '/log' }), reached: succeeds },
  'GET /log/verify': { needs: 'token', request: () => ({ path: '/log/verify' }), reached: succeeds },
  'POST /recover': {
    needs: 'socket',
    request: () => ({ path: '/recover', json: { recoveryKit: 'none', newPassword: 'p' } }),
    reached: ({ status, text }) => status === 400 && text.includes('recovery kit'),
  },
  'POST /users/me/recovery-kit': {
    needs: 'token',
    request: () => ({ path: '/users/me/recovery-kit', json: { password: 'p' } }),
    reached: asksForThePassword,
  },
  'POST /backups': { needs: 'token', socketOnly: true, request: () => ({ path: '/backups', json: {} }), reached: succeeds },
  'POST /backups/verify': { needs: 'socket', request: () => aboutNoCopy('/backups/verify'), reached: findsNoCopy },
  'POST /backups/restore': { needs: 'socket', request: () => aboutNoCopy('/backups/restore'), reached: findsNoCopy },
  'PUT /users/me/password': {
    needs: 'token',
    request: () => ({ path: '/users/me/password', json: { currentPassword: 'p', newPassword: 'q' } }),
    reached: asksForThePassword,
  },
};
