export type Json = Readonly<Record<string, unknown>>;

/** An item of a kind. */
export function item(type: string, content: Json, more: Json = {}, data: Json = {}): Json {
  return {
    itemId: 'i',
    data: { metadata: { name: 'T', note: '' }, extraFields: [], type, content, ...data },
    state: 1,
    aliasEmail: null,
    createTime: 1689182868,
    modifyTime: 1689182869,
    pinned: false,
    ...more,
  };
}

/** An export of one vault. */
export function file(items: readonly unknown[], vault: Json = {}): string {
  return JSON.stringify({ version: '1.30.0', encrypted: false, vaults: { v: { name: 'Personal', items, ...vault } } });
}

export const login = item('login', {
  itemEmail: 'me@a.example',
  itemUsername: 'me',
  password: 'pw',
  urls: ['https://a.example'],
  totpUri: '',
  passkeys: [],
});
