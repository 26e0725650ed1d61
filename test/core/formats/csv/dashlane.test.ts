import { describe, expect, it } from 'vitest';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';

describe('Dashlane', () => {
  it('reads credentials with their three usernames and either column of codes', async () => {
    for (const column of ['otpSecret', 'otpUrl']) {
      const header = ['username', 'username2', 'username3', 'title', 'password', 'note', 'url', 'category', column];
      const { items } = await readDetected(
        'dashlane',
        csv(header, ['u', 'v', 'w', 'T', 'p', 'n', 'https://t.example', 'Work', 'JBSWY3DPEHPK3PXP']),
      );
      const item = only(items);
      expect(item.content).toMatchObject({
        name: 'T',
        username: 'u',
        totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
        tags: ['Work'],
      });
      expect(shownFields(item)).toEqual(['username 2=v', 'username 3=w']);
    }
  });

  it('reads cards, documents, personal information and notes', async () => {
    const payments = await readDetected(
      'dashlane',
      csv(
        ['type', 'account_name', 'account_holder', 'cc_number', 'code', 'expiration_month', 'expiration_year', 'country'],
        ['payment_card', 'Visa', 'Jane', '4111', '123', '01', '2030', 'US'],
      ),
    );
    expect(shownFields(only(payments.items))).toEqual([
      'kind=payment card',
      'account name=Visa',
      'account holder=Jane',
      'card number*=4111',
      'security code*=123',
      'expiration month=01',
      'expiration year=2030',
      'country=US',
    ]);
    const ids = await readDetected(
      'dashlane',
      csv(
        ['type', 'number', 'name', 'issue_date', 'expiration_date', 'place_of_issue', 'state'],
        ['passport', 'X1', 'Jane', '2020-01-01', '', '', ''],
      ),
    );
    expect(only(ids.items).content.name).toBe('Jane');
    expect(shownFields(only(ids.items))).toEqual(['kind=passport', 'number*=X1', 'name=Jane', 'issue date=2020-01-01']);
    const personal = await readDetected(
      'dashlane',
      csv(
        ['type', 'title', 'first_name', 'last_name', 'email', 'email_type', 'item_name'],
        ['email', '', '', '', 'me@a.example', 'personal', 'Mail'],
      ),
    );
    expect(only(personal.items).content.name).toBe('Mail');
    const notes = await readDetected('dashlane', csv(['title', 'note'], ['N', 'text']));
    expect(only(notes.items).content).toMatchObject({ name: 'N', notes: 'text' });
  });

  it('reads the archive of all its tables, and says in which a line is', async () => {
    const files = {
      'credentials.csv': csv(['username', 'username2', 'username3', 'title', 'password'], ['u', '', '', '', 'p']),
      'securenotes.csv': csv(['title', 'note'], ['N', 'n']),
    };
    const archive = zipOf(Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) })));
    const { items, problems } = await readDetected('dashlane', archive);
    expect(items.map(({ place }) => place)).toEqual(['credentials.csv, line 2', 'securenotes.csv, line 2 (N)']);
    expect(problems.map(({ place }) => place)).toEqual(['credentials.csv, line 2']);
  });

  it('takes wireless networks, and reports what else is in the archive', async () => {
    const files = {
      'credentials.csv': csv(['username', 'username2', 'username3', 'title', 'password'], ['u', '', '', 'T', 'p']),
      'wifi.csv': csv(['ssid', 'passphrase', 'name', 'note'], ['net', 'secret', '', 'n']),
      'later.csv': csv(['a', 'b'], ['1', '2']),
      'empty.csv': '',
      'more.json': '[]',
    };
    const archive = zipOf(Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) })));
    const { items, problems } = await readDetected('dashlane', archive);
    expect(items.map(({ content: { name, password } }) => [name, password])).toEqual([
      ['T', 'p'],
      ['net', 'secret'],
    ]);
    expect(problems.map(({ place }) => place)).toEqual(['later.csv', 'more.json']);
  });

  it('knows old files without a header by the addresses in their second column, and no other table', async () => {
    const rows = '"lonely"\n"A","https://a.example","u","p",""\n"B","http://b.example","v","w",""\n';
    expect((await readDetected('dashlane', rows)).items).toHaveLength(3);
    for (const other of [
      `name,url,login,password,note\n${rows.slice(9)}`,
      '"A","x","u","p",""\n"B","y","v","w",""\n',
      '"https://a.example","u"\n',
    ]) {
      await expect(readDetected('dashlane', other)).rejects.toThrow();
    }
  });

  it('reads old files without a header where the format is named', async () => {
    const { items } = await readAs('dashlane', '"lonely"\n"A","https://a.example","u","p",""\n"B","","v","w","n",""\n');
    expect(items.map(({ content }) => [content.name, content.username, content.password, content.notes])).toEqual([
      ['lonely', null, null, null],
      ['A', 'u', 'p', null],
      ['B', 'v', 'w', 'n'],
    ]);
  });
});
