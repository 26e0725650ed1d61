import { describe, expect, it } from 'vitest';
import { csv, only, readDetected, shownFields } from '../support.ts';

describe('1Password', () => {
  it('keeps tags, favourites and archived items', async () => {
    const { items } = await readDetected(
      '1password-csv',
      csv(
        ['Title', 'Url', 'Username', 'Password', 'OTPAuth', 'Favorite', 'Archived', 'Tags', 'Notes'],
        ['T', 'https://t.example', 'u', 'p', '', 'true', 'true', 'a;b', 'n'],
      ),
    );
    expect(only(items).content.tags).toEqual(['favorite', 'archived', 'a', 'b']);
  });

  it('keeps the columns of version 7 as fields, secret ones hidden', async () => {
    const { items } = await readDetected(
      '1password-csv',
      csv(
        ['', 'company', 'master-password', 'Password', 'secret key', 'Type', 'Title', 'URL', 'Username', 'uuid'],
        ['', 'ACME', 'mp', 'p', 'sk', 'Social', 'T', 'https://t.example', 'u', 'X'],
      ),
    );
    expect(shownFields(only(items))).toEqual(['company=ACME', 'master-password*=mp', 'secret key*=sk']);
  });
});
