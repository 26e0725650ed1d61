export type Json = Readonly<Record<string, unknown>>;

export const login = {
  id: 'a',
  type: 1,
  name: 'Site',
  folderId: null,
  login: { uris: [{ match: null, uri: 'https://a.example' }], username: 'u', password: 'p', totp: null },
};

/** A plain export of these items. */
export function file(items: readonly Json[], more: Json = {}): string {
  return JSON.stringify({ encrypted: false, folders: [], items, ...more });
}
