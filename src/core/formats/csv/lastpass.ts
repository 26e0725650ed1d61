import { addField, addNotes, type Draft, looksSecret, setPassword, setUsername } from '../item.ts';
import type { CsvLayout, CsvRow } from './layout.ts';
import { plainLines, take, takeFlag } from './take.ts';

/** The address that marks a secure note. */
const noteAddress = 'http://sn';

const escapes: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#039': "'", '#x27': "'" };
const escaped = /&(amp|lt|gt|quot|#0?39|#x27);/g;

/** Takes back what the web exports of several years wrote for `&`, `<`, `>` and quotes. */
function unescapeHtml(text: string): string {
  return text.replace(escaped, (whole, name: string) => escapes[name] ?? whole);
}

/** The fields of a structured note (`NoteType:Credit Card`, then `Name:value` lines, `Notes:` and the rest last). */
function readNote(draft: Draft, note: string): void {
  const fields: { name: string; value: string }[] = [];
  const lines = note.split('\n');
  let inKey = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const last = fields.at(-1);
    const [, name, value] = (inKey ? null : /^([^:]{1,100}):(.*)$/s.exec(line)) ?? [];
    if (name === undefined || value === undefined) {
      if (last === undefined) addNotes(draft, line);
      else last.value += `\n${line}`;
    } else if (name === 'Notes') {
      addNotes(draft, [value, ...lines.slice(at + 1)].join('\n').trim());
      break;
    } else fields.push({ name, value });
    if (line.includes('-----BEGIN ')) inKey = true;
    if (line.includes('-----END ')) inKey = false;
  }
  for (const { name, value } of fields) {
    if (name === 'Language' || /^[,\s]*$/.test(value)) continue;
    if (name === 'NoteType') addField(draft, 'kind', value, false);
    else if (name === 'Username') setUsername(draft, value, name);
    else if (name === 'Password') setPassword(draft, value, name);
    else addField(draft, name, value.trim(), looksSecret(name) || name === 'Number');
  }
}

function completeRow(draft: Draft, row: CsvRow, unescape: boolean): boolean {
  const extra = plainLines(unescape ? unescapeHtml(row.get('extra')) : row.get('extra'));
  if (row.get('url') === noteAddress) draft.urls.splice(0);
  if (extra.startsWith('NoteType:')) readNote(draft, extra);
  else addNotes(draft, extra);
  const texts = [draft.name, draft.username, draft.password, extra, ...draft.tags];
  if (!unescape && texts.some((text) => text !== null && text.search(escaped) >= 0)) {
    draft.problems.push('holds something like &amp; or &lt;, which old exports wrote for & and <: kept as it stands, check it');
  }
  return true;
}

/** LastPass: `url,username,password,totp,extra,name,grouping,fav`. Folders nest by a backslash. */
export function lastpassLayout(unescape: boolean): CsvLayout {
  const text = (value: string) => (unescape ? unescapeHtml(value) : value);
  return {
    recognises: (columns) => ['url', 'password', 'extra', 'name', 'grouping'].every((column) => columns.has(column)),
    wide: true,
    columns: {
      url: (draft, value) => take.url(draft, text(value)),
      username: (draft, value) => setUsername(draft, text(value)),
      password: (draft, value) => setPassword(draft, text(value)),
      totp: take.totp,
      extra: take.nothing,
      name: (draft, value) => void (draft.name = text(value)),
      grouping: (draft, value) => take.tag(draft, text(value).replaceAll('\\', '/')),
      fav: takeFlag('favorite'),
    },
    complete: (draft, row) => completeRow(draft, row, unescape),
  };
}
