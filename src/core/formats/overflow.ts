import { pendingPassword, type PendingPassword } from '../entry/earlier.ts';
import type { Field } from '../entry/schema.ts';
import { append, type Draft } from './item.ts';
import { asList, asObject, asObjects, jsonOrNull } from './json.ts';

/**
 * The hidden field in which our exports keep what the other program's format has no place for (a second tag, two fields of one name,
 * a control character), so that nothing is lost on the way back. Its value is the JSON of an `Overflow`.
 */
export const overflowField = 'vault.extra';

/** Lists are added to what the format holds itself; texts stand in place of it. */
export interface Overflow {
  name?: string;
  username?: string;
  password?: string;
  notes?: string;
  totp?: string;
  urls?: string[];
  fields?: Field[];
  tags?: string[];
  pending?: PendingPassword;
}

/** Whether our reader of another format gives these addresses back as they are: it leaves out empty ones and what comes again. */
export function readsBack(urls: readonly string[]): boolean {
  return new Set(urls).size === urls.length && !urls.includes('');
}

/** The field for an export; null where nothing is left over. */
export function overflowOf(left: Overflow): Field | null {
  return Object.keys(left).length === 0 ? null : { name: overflowField, value: JSON.stringify(left), hidden: true };
}

function texts(value: unknown): string[] {
  return asList(value).filter((text) => typeof text === 'string');
}

/** Puts what such a field holds back in its places. A field that only has the name stays a field. */
export function takeOverflow(draft: Draft): void {
  const at = draft.fields.findIndex(({ name }) => name === overflowField);
  if (at < 0) return;
  const left = asObject(jsonOrNull(draft.fields[at]?.value ?? ''));
  if (left === null) return;
  draft.fields.splice(at, 1);
  const { name, username, password, notes, totp } = left;
  if (typeof name === 'string') draft.name = name;
  if (typeof username === 'string') draft.username = username;
  if (typeof password === 'string') draft.password = password;
  if (typeof notes === 'string') draft.notes.splice(0, draft.notes.length, notes);
  if (typeof totp === 'string') draft.totp.splice(0, draft.totp.length, { label: 'one-time code', text: totp });
  const pending = pendingPassword.safeParse(left['pending']);
  if (pending.success) draft.pending = pending.data;
  append(draft.urls, texts(left['urls']));
  append(draft.tags, texts(left['tags']));
  for (const field of asObjects(left['fields'])) {
    const { name: label, value, hidden } = field;
    if (typeof label === 'string' && typeof value === 'string') draft.fields.push({ name: label, value, hidden: hidden !== false });
  }
}
