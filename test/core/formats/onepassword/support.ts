import { type Packed, zipOf } from '../zip-support.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An archive of one account with one vault. */
export function archive(items: readonly unknown[], files: readonly Packed[] = []): Buffer {
  const data = { accounts: [{ attrs: { accountName: 'A' }, vaults: [{ attrs: { name: 'Personal' }, items }] }] };
  return zipOf([
    { name: 'export.attributes', data: Buffer.from('{}') },
    { name: 'export.data', data: Buffer.from(JSON.stringify(data)) },
    { name: 'files/', data: Buffer.alloc(0) },
    ...files,
  ]);
}

/** An item of a category, by 1Password's number. */
export function item(category: string, details: Json, more: Json = {}): Json {
  return {
    uuid: 'u',
    createdAt: 1663642010,
    updatedAt: 1668287305,
    state: 'active',
    categoryUuid: category,
    details,
    overview: { title: 'T', ...(more['overview'] as Json | undefined) },
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'overview')),
  };
}

export function section(...fields: [title: string, value: Json, id?: string][]): Json {
  return { title: 'S', fields: fields.map(([title, value, id = 'x']) => ({ title, id, value })) };
}
