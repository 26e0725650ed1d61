import { addField, addNotes, addTag, addUrl, type Draft } from '../item.ts';
import { asObject, asText, jsonOrNull } from '../json.ts';
import { addContent } from '../proton/content.ts';
import { jsonAddresses } from './json-cell.ts';
import type { CsvLayout, CsvRow } from './layout.ts';
import { plainLines, take } from './take.ts';

function completeRow(draft: Draft, row: CsvRow): boolean {
  const type = row.get('type');
  const note = row.get('note');
  // Cards and identities stand in the note as JSON, their own note among it.
  const found = type === 'creditCard' || type === 'identity' ? asObject(jsonOrNull(note)) : null;
  if (found !== null) {
    const { note: own, ...content } = found;
    addContent(draft, type, content);
    addNotes(draft, asText(own));
  } else addNotes(draft, plainLines(note));
  if (found === null && !['login', 'note', ''].includes(type)) addField(draft, 'kind', type, false);
  const autofill = row.get('autofillurls');
  const urls = autofill === '' ? [] : jsonAddresses(draft, autofill, 'addresses');
  for (const url of urls.length > 0 ? urls : row.get('url').split(', ')) addUrl(draft, url);
  const [username, email] = [row.get('username'), row.get('email')];
  draft.username = username || email || null;
  if (username !== '' && email !== username) addField(draft, 'email', email, false);
  addTag(draft, row.get('vault'));
  return true;
}

/** Proton Pass: `type,name,url,email,username,password,note,totp,createTime,modifyTime,vault`; older files lack `email` or `vault`. */
export const protonLayout: CsvLayout = {
  recognises: (columns) =>
    ['name', 'url', 'username', 'password', 'note', 'createtime', 'modifytime'].every((column) => columns.has(column)),
  columns: {
    type: take.nothing,
    name: take.name,
    url: take.nothing,
    autofillurls: take.nothing,
    email: take.nothing,
    username: take.nothing,
    password: take.password,
    note: take.nothing,
    totp: take.totp,
    createtime: take.createdSeconds,
    modifytime: take.updatedSeconds,
    vault: take.nothing,
  },
  complete: completeRow,
};
