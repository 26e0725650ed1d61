import { addField, addUrl, looksSecret } from '../item.ts';
import type { CsvLayout } from './layout.ts';
import { plainLines, take, takeFlag } from './take.ts';

/**
 * Bitwarden joins several addresses by commas, which may also stand within one. It separates only where another address plainly begins:
 * with a scheme, or as a bare host after one that has no path.
 */
function splitAddresses(cell: string): string[] {
  const found: string[][] = [];
  let hasPath = false;
  for (const part of cell.split(',')) {
    const last = found.at(-1);
    const begins = last === undefined || /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(part) || (!hasPath && /^[^\s/.]+(?:\.[^\s/.]+)+/.test(part));
    if (begins) {
      found.push([part]);
      hasPath = false;
    } else last.push(part);
    hasPath ||= !/^[^/?#]*(?:\/\/[^/?#]*)?$/.test(part);
  }
  return found.map((parts) => parts.join(',').trim());
}

/** Own fields are `name: value` lines; a line without a name goes on with the value before it. */
function fieldLines(text: string): { name: string; value: string }[] {
  const fields: { name: string; value: string }[] = [];
  for (const line of plainLines(text).split('\n')) {
    const at = line.indexOf(': ');
    const last = fields.at(-1);
    if (at >= 0) fields.push({ name: line.slice(0, at), value: line.slice(at + 2) });
    else if (last !== undefined) last.value += `\n${line}`;
    else fields.push({ name: '', value: line });
  }
  return fields;
}

/** Bitwarden's CSV, of a person (`folder`) or an organisation (`collections`): logins and notes only. */
export const bitwardenLayout: CsvLayout = {
  recognises: (columns) => ['type', 'name', 'login_uri', 'login_password'].every((column) => columns.has(column)),
  columns: {
    folder: take.tag,
    collections: (draft, value) => {
      for (const collection of value.split(',')) take.tag(draft, collection.trim());
    },
    favorite: takeFlag('favorite'),
    type: (draft, value) => addField(draft, 'kind', value === 'login' || value === 'note' ? null : value, false),
    name: take.name,
    notes: take.notes,
    fields: (draft, value) => {
      for (const field of fieldLines(value)) addField(draft, field.name, field.value, looksSecret(field.name));
    },
    reprompt: take.nothing,
    login_uri: (draft, value) => {
      for (const address of splitAddresses(value)) addUrl(draft, address);
    },
    login_username: take.username,
    login_password: take.password,
    login_totp: take.totp,
    archiveddate: (draft) => take.tag(draft, 'archived'),
  },
};
