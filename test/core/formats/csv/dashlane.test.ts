import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { csv, only, readAs, readDetected, refusal, shownFields } from '../support.ts';
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
      'Dashlane/later.csv': csv(['a', 'b'], ['1', '2']),
      'empty.csv': '',
      'more.json': '[]',
    };
    const archive = zipOf(Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) })));
    const { items, problems } = await readDetected('dashlane', archive);
    expect(items.map(({ content: { name, password } }) => [name, password])).toEqual([
      ['T', 'p'],
      ['net', 'secret'],
    ]);
    const message = 'is no table of Dashlane that is known: left out';
    expect(problems).toEqual(['later.csv', 'more.json'].map((place) => ({ place, message })));
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

  it('keeps every column of its tables', async () => {
    const table = async (columns: string) => {
      const header = columns.split(' ');
      const cells = header.map((column, at) => (column === 'type' ? 'the_kind' : `${column}-${String(at)}`));
      const item = only((await readDetected('dashlane', csv(header, cells))).items);
      return { content: item.content, fields: shownFields(item) };
    };
    const payment = await table('type account_name account_holder cc_number account_number routing_number issuing_bank name note');
    expect(payment.content).toMatchObject({ name: 'name-7', notes: 'note-8' });
    expect(payment.fields).toEqual([
      'kind=the kind',
      'account name=account_name-1',
      'account holder=account_holder-2',
      'card number*=cc_number-3',
      'account number*=account_number-4',
      'routing number*=routing_number-5',
      'issuing bank=issuing_bank-6',
    ]);
    const personal = await table(
      'type first_name middle_name last_name date_of_birth place_of_birth email_type phone_number job_title address_recipient address_building address_apartment address_floor address_door_code login url item_name',
    );
    expect(personal.content).toMatchObject({ name: 'item_name-16', username: 'login-14', urls: ['url-15'] });
    expect(personal.fields).toEqual([
      'kind=the kind',
      'first name=first_name-1',
      'middle name=middle_name-2',
      'last name=last_name-3',
      'date of birth=date_of_birth-4',
      'place of birth=place_of_birth-5',
      'email type=email_type-6',
      'phone number=phone_number-7',
      'job title=job_title-8',
      'address recipient=address_recipient-9',
      'address building=address_building-10',
      'address apartment=address_apartment-11',
      'address floor=address_floor-12',
      'address door code=address_door_code-13',
    ]);
  });

  it('names what has no name after its person, and what has not even that after its kind', async () => {
    const named = async (header: string, row: string) => {
      const item = only((await readDetected('dashlane', `${header}\n${row}\n`)).items);
      return [item.content.name, shownFields(item)[0]];
    };
    const person = 'type,first_name,last_name,item_name,email';
    expect(await named(person, 'name,Jane,Doe,,')).toEqual(['Jane Doe', 'kind=name']);
    expect(await named(person, 'name,Jane,,,')).toEqual(['Jane', 'kind=name']);
    expect(await named(person, 'tax_number,,,,e')).toEqual(['tax number', 'kind=tax number']);
    expect(await named(person, ',,,,e')).toEqual(['personal information', 'kind=personal information']);
    expect(await named('type,account_name,cc_number', ',,4111')).toEqual(['payment', 'kind=payment']);
    expect(await named('type,number,issue_date', ',X1,')).toEqual(['document', 'kind=document']);
    expect(await named('ssid,passphrase', 'net,p')).toEqual(['net', 'kind=wifi']);
  });

  it('reads old files of six and seven columns, and keeps cells beyond', async () => {
    const six = await readAs('dashlane', '"A","https://a.example","u","v","p","n"\n');
    expect(only(six.items).content).toMatchObject({ name: 'A', username: 'u', password: 'p', notes: 'n' });
    expect(shownFields(only(six.items))).toEqual(['second login=v']);
    const seven = await readAs(
      'dashlane',
      `${'"A","https://a.example","u","v","p","n","Work"\n'.repeat(2)}"B","","w","","q","","","more"\n`,
    );
    expect(seven.items.map(({ content }) => content.tags)).toEqual([['Work'], ['Work'], []]);
    expect(shownFields(seven.items[2] ?? only([]))).toEqual(['column without a name*=more']);
    expect(seven.problems).toEqual([{ place: 'line 3 (B)', message: 'has more cells than this kind of file: kept as hidden fields' }]);
    for (const row of [
      '"username","x","u","p",""',
      '"A","Password ","u","p",""',
      '"A","{","u","p",""',
      '"1","2","3","4","5","6","7","8"',
      '"1","2","3","4"',
    ]) {
      await expect(readAs('dashlane', `${row}\n`)).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('is no archive without tables, nor one that is broken', async () => {
    const other = zipOf([{ name: 'a.txt', data: Buffer.from('x') }]);
    await expect(readAs('dashlane', other)).rejects.toThrow(refusal('the archive is no export of Dashlane: it holds no CSV files'));
    await expect(readAs('auto', other)).rejects.toThrow();
    await expect(readAs('auto', other.subarray(0, 40))).rejects.toThrow(vaultError('invalid_request'));
  });
});
