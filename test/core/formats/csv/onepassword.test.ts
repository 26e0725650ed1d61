import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';

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

  it('is known by any of its own columns', async () => {
    for (const column of ['Favorite', 'Archived', 'Type', 'Tags', 'UUID']) {
      await readDetected('1password-csv', csv(['Title', 'Username', 'Password', column], ['T', 'u', 'p', '']));
    }
    const { items } = await readDetected('1password-csv', csv(['Title', 'Username', 'Password', 'Tags'], ['T', 'u', 'p', 'a ; b, c']));
    expect(only(items).content.tags).toEqual(['a', 'b', 'c']);
  });

  it('takes any table with titles and passwords where it is named', async () => {
    expect(only((await readAs('1password-csv', 'Title,Password,More\nT,p,m\n')).items).content.password).toBe('p');
    for (const header of ['Title,More', 'Password,More']) {
      await expect(readAs('1password-csv', `${header}\na,b\n`)).rejects.toThrow(vaultError('invalid_request'));
    }
  });
});
