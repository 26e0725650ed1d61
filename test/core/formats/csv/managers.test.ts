import { describe, expect, it } from 'vitest';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';

describe('LastPass', () => {
  const header = ['url', 'username', 'password', 'totp', 'extra', 'name', 'grouping', 'fav'];

  it('nests folders by backslashes, and marks favourites', async () => {
    const { items, problems } = await readDetected(
      'lastpass',
      csv(header, ['https://a.example', 'u', 'p', 'jbswy3dpehpk3pxp', 'note', 'A', 'Work\\Servers', '1']),
    );
    expect(problems).toEqual([]);
    expect(only(items).content).toMatchObject({
      tags: ['Work/Servers', 'favorite'],
      totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
      notes: 'note',
    });
  });

  it('reads a structured note, a private key of several lines within it', async () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nabc\n-----END RSA PRIVATE KEY-----';
    const extra = `NoteType:SSH Key\nLanguage:en-US\nBit Strength:2048\nPassphrase:hush\nPrivate Key:${key}\nHostname:h.example\nDate:,,\nNotes:first: line\nsecond`;
    const { items } = await readAs('lastpass', csv(header, ['http://sn', '', '', '', extra, 'ssh', '', '0']));
    const item = only(items);
    expect(item.content).toMatchObject({ urls: [], notes: 'first: line\nsecond' });
    expect(shownFields(item)).toEqual([
      'kind=SSH Key',
      'Bit Strength=2048',
      'Passphrase*=hush',
      `Private Key*=${key}`,
      'Hostname=h.example',
    ]);
  });

  it('reads a card, and a server with its user and password', async () => {
    const card =
      'NoteType:Credit Card\nName on Card:A B\nNumber:4242\nSecurity Code:123\nStart Date:,\nExpiration Date:January,2025\nNotes:';
    const server = 'NoteType:Server\nHostname:h\nUsername:root\nPassword:toor\nNotes:';
    const { items } = await readAs(
      'lastpass',
      csv(header, ['http://sn', '', '', '', card, 'c', '', '0'], ['http://sn', '', '', '', server, 's', '', '0']),
    );
    expect(items.map((item) => [item.content.username, item.content.password, shownFields(item)])).toEqual([
      [null, null, ['kind=Credit Card', 'Name on Card=A B', 'Number*=4242', 'Security Code*=123', 'Expiration Date=January,2025']],
      ['root', 'toor', ['kind=Server', 'Hostname=h']],
    ]);
  });

  it('joins records that line ends outside quotes have broken, and says so', async () => {
    const { items, problems } = await readAs(
      'lastpass',
      `${header.join(',')}\n,,,,first\nsecond\n\nthird,many lines,,0\nhttps://a.example,u,p,,,A,,0\n`,
    );
    expect(items.map(({ content }) => [content.name, content.notes])).toEqual([
      ['many lines', 'first\nsecond\n\nthird'],
      ['A', null],
    ]);
    expect(problems.map(({ place }) => place)).toEqual(['line 2 (many lines)']);
  });

  it('reports a record that was cut short and goes on', async () => {
    const { items, problems } = await readAs('lastpass', `${header.join(',')}\nhttps://a.example,u,p\nhttps://b.example,u,p,,,B,,0\n`);
    expect(items.map(({ content }) => content.name)).toEqual(['a.example', 'B']);
    expect(problems.map(({ message }) => message)).toContain('has 3 of 8 columns: cut short?');
  });

  it('leaves &amp; as it stands and says so, unless told to take it back', async () => {
    const file = csv(header, ['https://a.example/?a=1&amp;b=2', 'u', 'a&amp;b&lt;c&#39;', '', 'R&amp;D', 'A', '', '0']);
    const kept = await readAs('lastpass', file);
    expect(only(kept.items).content.password).toBe('a&amp;b&lt;c&#39;');
    expect(kept.problems).toHaveLength(1);
    const taken = await readAs('lastpass', file, { unescapeHtml: true });
    expect(only(taken.items).content).toMatchObject({ password: "a&b<c'", notes: 'R&D', urls: ['https://a.example/?a=1&b=2'] });
    expect(taken.problems).toEqual([]);
  });
});

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

describe('NordPass', () => {
  const old = [
    'name',
    'url',
    'username',
    'password',
    'note',
    'cardholdername',
    'cardnumber',
    'cvc',
    'expirydate',
    'zipcode',
    'folder',
    'full_name',
    'phone_number',
    'email',
    'address1',
    'address2',
    'city',
    'country',
    'state',
  ];
  const blank = (values: Record<string, string>, header: readonly string[]) => header.map((column) => values[column] ?? '');

  it('takes folder rows for what they are, with and without a type', async () => {
    const plain = await readDetected('nordpass', csv(old, blank({ name: 'Work' }, old), blank({ name: 'A', folder: 'Work' }, old)));
    expect(only(plain.items).content).toMatchObject({ name: 'A', tags: ['Work'] });
    const typed = [...old, 'type'];
    const newer = await readDetected(
      'nordpass',
      csv(typed, blank({ name: 'Work', type: 'folder' }, typed), blank({ name: 'empty', type: 'note' }, typed)),
    );
    expect(only(newer.items).content.name).toBe('empty');
  });

  it('keeps cards, identities, further addresses and own fields', async () => {
    const header = [...old.slice(0, 2), 'additional_urls', ...old.slice(2), 'type', 'custom_fields'];
    const own = JSON.stringify([
      { label: 'plain', type: 'text', value: 'a' },
      { label: 'hush', type: 'hidden', value: 'b' },
    ]);
    const { items } = await readDetected(
      'nordpass',
      csv(
        header,
        blank(
          {
            name: 'L',
            url: 'https://a.example',
            additional_urls: '["https://b.example"]',
            username: 'u',
            password: 'p',
            type: 'password',
            custom_fields: own,
          },
          header,
        ),
        blank({ name: 'C', cardholdername: 'A B', cardnumber: '4242', cvc: '1', expirydate: '01/25', type: 'credit_card' }, header),
        blank({ name: 'I', full_name: 'Jane Doe', email: 'j@a.example', type: 'identity' }, header),
      ),
    );
    expect(items[0]?.content.urls).toEqual(['https://a.example', 'https://b.example']);
    expect(items.map(shownFields)).toEqual([
      ['plain=a', 'hush*=b'],
      ['kind=credit card', 'cardholder name=A B', 'card number*=4242', 'CVC*=1', 'expiry date=01/25'],
      ['kind=identity', 'full name=Jane Doe', 'email=j@a.example'],
    ]);
  });

  it('keeps own fields that are not understood, and reports them', async () => {
    const header = [...old, 'type', 'custom_fields'];
    const { items, problems } = await readAs(
      'nordpass',
      csv(header, blank({ name: 'L', password: 'p', type: 'password', custom_fields: '[{' }, header)),
    );
    expect(shownFields(only(items))).toEqual(['own fields*=[{']);
    expect(problems).toHaveLength(1);
  });
});

describe('RoboForm', () => {
  it('takes off one guarding quote, reads fields beyond the header, and does not repeat the login', async () => {
    const file = [
      'Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2',
      `T,https://t.example/login,https://t.example/,'@nobody,''@proton123,,/company/services,"User ID$,,,txt,'@nobody","Password$,,,pwd,''@proton123","TOTP KEY$,,,txt,jbswy3dpehpk3pxp","Pin,,,pwd,1,2","City,,,txt,Rome"`,
      'Bookmark,https://b.example,,,,,/company',
    ].join('\n');
    const { items, problems } = await readDetected('roboform', file);
    expect(problems).toEqual([]);
    const [login, bookmark] = items;
    expect(login?.content).toMatchObject({
      username: '@nobody',
      password: "'@proton123",
      urls: ['https://t.example/login', 'https://t.example/'],
      tags: ['company/services'],
      totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
    });
    expect(login?.content.fields).toEqual([
      { name: 'Pin', value: '1,2', hidden: true },
      { name: 'City', value: 'Rome', hidden: false },
    ]);
    expect(bookmark?.content).toMatchObject({ name: 'Bookmark', urls: ['https://b.example'], tags: ['company'] });
  });

  it('reads the older form of its fields', async () => {
    const { items } = await readDetected(
      'roboform',
      'Name,Url,Login,Pwd,Note,Folder,Rf_fields\nA,https://a.example,u,p:q,,/Bank,User ID$:txt:u,Password$:pwd:p:q,Branch:txt:Main: 1\n',
    );
    expect(only(items).content.password).toBe('p:q');
    expect(shownFields(only(items))).toEqual(['Branch=Main: 1']);
  });
});

describe('KeePassXC', () => {
  it('is told from KeePass 1, which puts a backslash before quotes and backslashes: they are what was typed', async () => {
    const rows =
      '"Account","Login Name","Password","Web Site","Comments"\r\n"T","u","p\\"q\\\\","https://a.example","\\\\\\"x"\r\n"U","","r","",""\r\n';
    const { items, problems } = await readDetected('keepassxc-csv', rows);
    expect(problems).toEqual([]);
    expect(items.map(({ content: { password, notes } }) => [password, notes])).toEqual([
      ['p"q\\', '\\"x'],
      ['r', null],
    ]);
  });

  const header = ['Group', 'Title', 'Username', 'Password', 'URL', 'Notes', 'TOTP', 'Icon', 'Last Modified', 'Created'];

  it('drops the root group, and knows the recycle bin and the times', async () => {
    const { items } = await readDetected(
      'keepassxc-csv',
      csv(
        header,
        ['Root/A/B', 't', 'u', 'p', 'https://t.example', 'n', '', '0', '2021-03-07T20:12:48Z', '2020-01-01T00:00:00Z'],
        ['Root', 'top', '', '', '', '', '', '0', '', ''],
        ['Root/Recycle Bin/Old', 'gone', '', '', '', '', '', '0', '', ''],
      ),
    );
    expect(items.map(({ content, trashed, updatedAt }) => [content.name, content.tags, trashed, updatedAt])).toEqual([
      ['t', ['A/B'], false, '2021-03-07T20:12:48.000Z'],
      ['top', [], false, null],
      ['gone', ['Old'], true, null],
    ]);
  });

  it('reports references to other entries, which it cannot follow', async () => {
    const { problems } = await readAs('keepassxc-csv', csv(header, ['Root', 't', 'u', '{REF:P@I:00}', '', '', '', '', '', '']));
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('.kdbx')]);
  });
});

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

describe('Bitwarden', () => {
  it('separates addresses only where another plainly begins', async () => {
    const cases: [string, string[]][] = [
      ['https://a.example,https://b.example/x', ['https://a.example', 'https://b.example/x']],
      ['https://a.example/x,y', ['https://a.example/x,y']],
      ['a.example,b.example', ['a.example', 'b.example']],
      ['https://a.example/?q=1,2.html,androidapp://com.a', ['https://a.example/?q=1,2.html', 'androidapp://com.a']],
    ];
    const rows = cases.map(([cell]) => ['', '', 'login', 'n', '', '', '0', cell, 'u', 'p', '']);
    const { items } = await readDetected(
      'bitwarden',
      csv(
        [
          'folder',
          'favorite',
          'type',
          'name',
          'notes',
          'fields',
          'reprompt',
          'login_uri',
          'login_username',
          'login_password',
          'login_totp',
        ],
        ...rows,
      ),
    );
    expect(items.map(({ content }) => content.urls)).toEqual(cases.map(([, urls]) => urls));
  });

  it('reads own fields, one value over several lines, and the tables of organisations', async () => {
    const { items } = await readDetected(
      'bitwarden',
      csv(
        ['collections', 'type', 'name', 'notes', 'fields', 'login_uri', 'login_username', 'login_password', 'login_totp'],
        ['A,B/C', 'login', 'n', 'x\r\ny', 'pin: 1\nplain: a: b\nmore', '', 'u', 'p', ''],
      ),
    );
    expect(only(items).content).toMatchObject({ tags: ['A', 'B/C'], notes: 'x\ny' });
    expect(shownFields(only(items))).toEqual(['pin*=1', 'plain=a: b\nmore']);
  });
});

describe('Proton Pass', () => {
  const header = ['type', 'name', 'url', 'email', 'username', 'password', 'note', 'totp', 'createTime', 'modifyTime', 'vault'];

  it('reads logins with both an address and a name, cards and identities from their JSON, aliases', async () => {
    const card = JSON.stringify({
      cardholderName: 'A B',
      cardType: 0,
      number: '4242',
      verificationNumber: '1',
      expirationDate: '2024-02',
      pin: '9',
      note: 'mine',
    });
    const identity = JSON.stringify({
      fullName: 'Jane',
      extraPersonalDetails: [{ fieldName: 'own', type: 'hidden', data: { content: 'x' } }],
      note: '',
    });
    const { items, problems } = await readDetected(
      'proton',
      csv(
        header,
        [
          'login',
          'L',
          'https://a.example/, https://b.example/',
          'me@a.example',
          'me',
          'p',
          'n',
          '',
          '1707735320',
          '1707735349',
          'Personal',
        ],
        ['creditCard', 'C', '', '', '', '', card, '', '1707735447', '1707735447', 'Second'],
        ['identity', 'I', '', '', '', '', identity, '', '', '', 'Personal'],
        ['alias', 'A', '', 'x@passinbox.example', '', '', 'n', '', '', '', 'Personal'],
      ),
    );
    expect(problems).toEqual([]);
    expect(items.map((item) => [item.content.username, item.content.notes, item.content.tags, shownFields(item)])).toEqual([
      ['me', 'n', ['Personal'], ['email=me@a.example']],
      [
        null,
        'mine',
        ['Second'],
        [
          'kind=credit card',
          'cardholder name=A B',
          'card number*=4242',
          'card verification number*=1',
          'expiration date=2024-02',
          'pin*=9',
        ],
      ],
      [null, null, ['Personal'], ['kind=identity', 'full name=Jane', 'own*=x']],
      ['x@passinbox.example', 'n', ['Personal'], ['kind=alias']],
    ]);
    expect(items[0]).toMatchObject({ createdAt: '2024-02-12T10:55:20.000Z', updatedAt: '2024-02-12T10:55:49.000Z' });
    expect(items[0]?.content.urls).toEqual(['https://a.example/', 'https://b.example/']);
  });

  it('reads older files, whose username is the address', async () => {
    const older = header.filter((column) => column !== 'email' && column !== 'vault');
    const { items } = await readDetected('proton', csv(older, ['login', 'L', 'https://a.example/', 'me@a.example', 'p', '', '', '1', '1']));
    expect(only(items).content).toMatchObject({ username: 'me@a.example', tags: [] });
  });
});
