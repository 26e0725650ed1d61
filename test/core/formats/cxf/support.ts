export type Json = Readonly<Record<string, unknown>>;

/** A value to see. */
export function text(value: string, label?: string): Json {
  return { fieldType: 'string', value, ...(label === undefined ? {} : { label }) };
}

/** A value to hide. */
export function concealed(value: string, label?: string): Json {
  return { fieldType: 'concealed-string', value, ...(label === undefined ? {} : { label }) };
}

/** An item of credentials. */
export function item(credentials: readonly unknown[], more: Json = {}): Json {
  return { id: 'i', title: 'T', creationAt: 1705142400, modifiedAt: 1705228800, credentials, ...more };
}

/** A file of one account. */
export function file(items: readonly unknown[], account: Json = {}): string {
  return JSON.stringify({
    version: { major: 1, minor: 0 },
    exporterRpId: 'a.example',
    exporterDisplayName: 'A',
    timestamp: 1,
    accounts: [{ id: 'x', username: '', email: '', collections: [], items, ...account }],
  });
}
