import { addTag } from '../item.ts';
import type { CsvLayout } from './layout.ts';
import { take } from './take.ts';

/** What KeePassXC names its recycle bin, in English. */
const recycleBin = 'Recycle Bin';

/**
 * KeePassXC and KeePassX (`Group,Title,…`), and KeePass's own of other names. The group's path begins with the root group, which says
 * nothing, and holds the recycle bin as if it were a group like the others.
 */
export const keepassLayout: CsvLayout = {
  recognises: (columns) =>
    (columns.has('group') && columns.has('title') && columns.has('password')) ||
    (columns.has('account') && columns.has('login name') && columns.has('password')),
  columns: {
    group: take.nothing,
    title: take.name,
    account: take.name,
    username: take.username,
    'user name': take.username,
    'login name': take.username,
    password: take.password,
    url: take.url,
    'web site': take.url,
    notes: take.notes,
    comments: take.notes,
    totp: take.totp,
    icon: take.nothing,
    'last modified': take.updatedIso,
    created: take.createdIso,
  },
  complete: (draft, row) => {
    const path = row.get('group').split('/').slice(1);
    if (path[0] === recycleBin) {
      draft.trashed = true;
      path.shift();
    }
    addTag(draft, path.join('/'));
    const texts = [draft.username, draft.password, ...draft.urls, ...draft.notes];
    if (texts.some((text) => text?.includes('{REF:') === true)) {
      draft.problems.push('refers to another entry, which a CSV file cannot say: import the .kdbx file instead');
    }
    return true;
  },
};
