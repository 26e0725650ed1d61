import { addTag } from '../item.ts';
import type { CsvLayout } from './layout.ts';
import { take, takeFlag } from './take.ts';

/**
 * 1Password 8 (`Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes`) and 7, whose columns are those of every kind of item
 * together, headings of sections among them.
 */
export const onePasswordLayout: CsvLayout = {
  recognises: (columns) =>
    ['title', 'username', 'password'].every((column) => columns.has(column)) &&
    !columns.has('group') &&
    // Apple's table has notes and otpauth, and none of the others.
    (['favorite', 'archived', 'type', 'tags', 'uuid'].some((column) => columns.has(column)) ||
      (columns.has('notes') && !columns.has('otpauth'))),
  accepts: (columns) => columns.has('password') && columns.has('title'),
  columns: {
    title: take.name,
    url: take.url,
    urls: take.url,
    website: take.url,
    username: take.username,
    password: take.password,
    otpauth: take.totp,
    'one-time password': take.totp,
    favorite: takeFlag('favorite'),
    archived: takeFlag('archived'),
    tags: (draft, value) => {
      for (const tag of value.split(/[;,]/)) addTag(draft, tag.trim());
    },
    // What 1Password 7 calls a type is a category: people who converted their files keep folders there.
    type: take.tag,
    notes: take.notes,
    notesplain: take.notes,
    uuid: take.nothing,
    autosubmit: take.nothing,
    scope: take.nothing,
  },
};
