import { describe, expect, it } from 'vitest';
import { csv, only, readDetected, shownFields } from '../support.ts';

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

  it('takes the list of addresses before those in one cell, and keeps a list that is not understood', async () => {
    const wide = [...header, 'autofillUrls'];
    const row = (list: string) => ['login', 'L', 'https://a.example', '', 'me', 'p', '', '', '', '', '', list];
    const lists = ['[{"url":"https://b.example","mode":1},{"url":"https://c.example"}]', '[]', '{', '[{"mode":1},""]'];
    const { items, problems } = await readDetected('proton', csv(wide, ...lists.map(row)));
    expect(items.map((item) => [item.content.urls, shownFields(item)])).toEqual([
      [['https://b.example', 'https://c.example'], []],
      [['https://a.example'], []],
      [['https://a.example'], ['addresses*={']],
      [['https://a.example'], ['addresses*=[{"mode":1},""]']],
    ]);
    const message = 'has addresses that are not understood: kept as a hidden field';
    expect(problems).toEqual(['line 4 (L)', 'line 5 (L)'].map((place) => ({ place, message })));
  });

  it('reads older files, whose username is the address', async () => {
    const older = header.filter((column) => column !== 'email' && column !== 'vault');
    const { items } = await readDetected('proton', csv(older, ['login', 'L', 'https://a.example/', 'me@a.example', 'p', '', '', '1', '1']));
    expect(only(items).content).toMatchObject({ username: 'me@a.example', tags: [] });
  });

  it('keeps a note that is JSON by chance, and an address once', async () => {
    const { items } = await readDetected(
      'proton',
      csv(
        header,
        ['note', 'N', '', '', '', '', '{"number":"1"}', '', '', '', ''],
        ['', 'M', '', '', '', '', 'm', '', '', '', ''],
        ['login', 'L', '', 'me@a.example', 'me@a.example', 'p', '', '', '', '', ''],
      ),
    );
    expect(items.map((item) => [item.content.notes, item.content.username, shownFields(item)])).toEqual([
      ['{"number":"1"}', null, []],
      ['m', null, []],
      [null, 'me@a.example', []],
    ]);
  });
});
