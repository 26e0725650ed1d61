import type { CsvLayout } from './layout.ts';
import { hostOf } from '../../lookup/hosts.ts';
import { addField } from '../item.ts';
import { fromMilliseconds } from '../times.ts';
import { take, takeField } from './take.ts';

function isSubset(columns: ReadonlySet<string>, of: readonly string[]): boolean {
  return [...columns].every((column) => of.includes(column));
}

function hasAll(columns: ReadonlySet<string>, wanted: readonly string[]): boolean {
  return wanted.every((column) => columns.has(column));
}

/** Chrome, Edge, Brave, Opera and others built on Chromium: `name,url,username,password[,note]`. Rows may be shorter than the header. */
export const chromeLayout: CsvLayout = {
  recognises: (columns) =>
    hasAll(columns, ['name', 'url', 'username', 'password']) && isSubset(columns, ['name', 'url', 'username', 'password', 'note', 'notes']),
  // Many programs write the columns of Chrome and some more.
  accepts: (columns) => columns.has('password') && (columns.has('name') || columns.has('url')),
  columns: { name: take.name, url: take.url, username: take.username, password: take.password, note: take.notes, notes: take.notes },
  complete: (draft) => {
    draft.nameless = true;
    return true;
  },
};

/** Where Firefox keeps the keys of its sync account: no login that anybody typed. */
const firefoxAccounts = 'chrome://FirefoxAccounts';

/** Firefox has no names: the site is one. Its guid means nothing elsewhere, and when a login was last used has no place. */
export const firefoxLayout: CsvLayout = {
  recognises: (columns) =>
    hasAll(columns, ['url', 'username', 'password']) && (columns.has('httprealm') || columns.has('timepasswordchanged')),
  columns: {
    url: take.nothing,
    username: take.username,
    password: take.password,
    httprealm: takeField('HTTP realm'),
    formactionorigin: take.nothing,
    guid: take.nothing,
    timecreated: (draft, value) => void (draft.createdAt = fromMilliseconds(Number(value))),
    timelastused: take.nothing,
    timepasswordchanged: (draft, value) => void (draft.passwordChangedAt = draft.updatedAt = fromMilliseconds(Number(value))),
  },
  complete: (draft, row) => {
    const url = row.get('url').trim();
    if (url === firefoxAccounts) return false;
    draft.nameless = true;
    // What is no whole address is a name: other programs write their titles here when they export for Firefox.
    const isWhole = url.includes('://');
    if (!isWhole) draft.name = url;
    if (isWhole || (url.includes('.') && hostOf(url) !== null)) draft.urls.push(url);
    const origin = row.get('formactionorigin');
    if (origin !== url && origin !== '') addField(draft, 'form action origin', origin, false);
    return true;
  },
};

/** Apple Passwords and Safari: `Title,URL,Username,Password,Notes,OTPAuth`, the last two since macOS 12. */
export const appleLayout: CsvLayout = {
  recognises: (columns) =>
    hasAll(columns, ['title', 'url', 'username', 'password']) &&
    isSubset(columns, ['title', 'url', 'username', 'password', 'notes', 'otpauth']) &&
    (columns.has('otpauth') || !columns.has('notes')),
  accepts: (columns) => columns.has('password') && columns.has('title'),
  columns: { title: take.name, url: take.url, username: take.username, password: take.password, notes: take.notes, otpauth: take.totp },
};
