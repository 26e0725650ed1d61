import { describe, expect, it } from 'vitest';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';

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

  it('keeps apart narrow records that are not one, and passes over blank lines', async () => {
    const narrow = (site: string) => `https://${site}.example,u,p,,n ${site}`;
    const whole = 'https://c.example,u,p,,n c,C,,0';
    const { items, problems } = await readAs(
      'lastpass',
      [
        header.join(','),
        '',
        narrow('a'),
        narrow('b'),
        '',
        whole,
        '',
        ',,,',
        ',,,,two',
        'lines,D,,0',
        whole.replaceAll('c', 'e'),
        narrow('f'),
      ].join('\n'),
    );
    expect(items.map(({ content: { name, notes } }) => [name, notes])).toEqual([
      ['a.example', 'n a'],
      ['b.example', 'n b'],
      ['C', 'n c'],
      ['D', 'two\nlines'],
      ['C', 'n e'],
      ['f.example', 'n f'],
    ]);
    const cut = 'has 5 of 8 columns: cut short?';
    const said = problems.filter(({ message }) => !message.startsWith('has no name'));
    expect(said.map(({ place, message }) => [place, message])).toEqual([
      ['line 3', cut],
      ['line 4', cut],
      ['line 9 (D)', 'has line ends outside quotes: joined, check its texts'],
      ['line 12', cut],
    ]);
  });

  it('takes back every escape that the exports wrote, and names it where it stays', async () => {
    const file = csv(header, ['https://a.example', '&amp;u', '&gt;&quot;&#039;&#x27;&copy;', '', '', 'A', '', '0']);
    expect((await readAs('lastpass', file)).problems).toEqual([
      {
        place: 'line 2 (A)',
        message: 'holds something like &amp; or &lt;, which old exports wrote for & and <: kept as it stands, check it',
      },
    ]);
    const { content } = only((await readAs('lastpass', file, { unescapeHtml: true })).items);
    expect(content).toMatchObject({ username: '&u', password: `>"''&copy;` });
  });

  it('keeps lines of a structured note that name nothing, and all that follows its notes', async () => {
    const long = `${'x'.repeat(101)}:y`;
    const extra = ['NoteType:Custom', 'Colour: red ', 'and blue', long, ':empty', 'Notes: first', 'Colour:green', ''].join('\n');
    const item = only((await readAs('lastpass', csv(header, ['http://sn', '', '', '', extra, 'n', '', '0']))).items);
    expect(shownFields(item)).toEqual(['kind=Custom', `Colour=red \nand blue\n${long}\n:empty`]);
    expect(item.content.notes).toBe('first\nColour:green');
  });
});
