import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { only, readAs, readDetected, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';
import { archive, item, section } from './support.ts';

describe('1PUX', () => {
  it('gives a login with its addresses, tags and times, and the fields of its form', async () => {
    const loginFields = [
      { value: 'me', name: 'user', designation: 'username', fieldType: 'T' },
      { value: 'pw', name: 'pass', designation: 'password', fieldType: 'P' },
      { value: { email_address: 'me@a.example' }, name: 'mail', fieldType: 'E' },
      { value: 'hush', name: 'second', fieldType: 'P' },
      { value: '', name: 'empty', fieldType: 'T' },
    ];
    const overview = {
      title: 'Site',
      url: 'https://a.example',
      urls: [{ url: 'https://a.example' }, { url: 'https://b.example' }],
      tags: ['one', 'two'],
    };
    const { items, problems } = await readDetected(
      '1pux',
      archive([
        item(
          '001',
          { loginFields, notesPlain: 'n', passwordHistory: [{ value: 'old', time: 1600000000 }] },
          { overview, favIndex: 1, state: 'archived' },
        ),
      ]),
    );
    expect(problems).toEqual([]);
    expect(only(items)).toMatchObject({
      content: {
        name: 'Site',
        username: 'me',
        password: 'pw',
        notes: 'n',
        urls: ['https://a.example', 'https://b.example'],
        tags: ['Personal', 'one', 'two', 'archived', 'favorite'],
      },
      createdAt: '2022-09-20T02:46:50.000Z',
      updatedAt: '2022-11-12T21:08:25.000Z',
      trashed: false,
    });
    expect(shownFields(only(items))).toEqual(['mail=me@a.example', 'second*=hush', 'password until 2020-09-13*=old']);
  });

  it('reads values of every kind, and keeps those of kinds that came later', async () => {
    const sections = [
      section(
        ['hidden', { concealed: 'c' }],
        ['born', { date: 1451649660 }],
        ['until', { monthYear: 202206 }],
        ['mail', { email: { email_address: 'a@b.example', provider: null } }],
        ['home', { address: { street: 'Road 1', city: 'Town', zip: '123', state: '', country: 'us' } }],
        ['card', { creditCardNumber: '4111' }],
        ['nothing', { string: '' }],
        ['future', { hologram: { depth: 3 } }],
        ['key', { sshKey: { privateKey: 'PRIV', metadata: { publicKey: 'ssh-x', fingerprint: 'SHA256:y', keyType: 'ed25519' } } }],
      ),
    ];
    expect(shownFields(only((await readAs('1pux', archive([item('003', { sections })]))).items))).toEqual([
      'hidden*=c',
      'born=2016-01-01',
      'until=2022-06',
      'mail=a@b.example',
      'home=Road 1\n123 Town\nus',
      'card*=4111',
      'future hologram depth=3',
      'key*=PRIV',
      'public key=ssh-x',
      'fingerprint=SHA256:y',
      'key type=ed25519',
    ]);
  });

  it('tells fields of one name in two sections apart by the later heading, and keeps what it does not know of an item', async () => {
    const sections = [
      { title: 'Live', fields: [{ title: 'pin', id: 'x', value: { concealed: '1' } }] },
      { title: 'Trial', fields: ['pin', 'pin', 'host'].map((title) => ({ title, id: 'x', value: { string: title } })) },
      { title: '', fields: [{ title: 'pin', id: 'x', value: { string: '3' } }] },
    ];
    const more = { overview: { colour: 'red' }, hologram: { depth: 3 } };
    expect(shownFields(only((await readAs('1pux', archive([item('001', { sections }, more)]))).items))).toEqual([
      'pin*=1',
      'Trial pin=pin',
      'Trial pin=pin',
      'host=host',
      'pin=3',
      'colour=red',
      'hologram depth=3',
    ]);
  });

  it('keeps several one-time codes', async () => {
    const { items } = await readAs(
      '1pux',
      archive([
        item('001', {
          sections: [section(['one-time password', { totp: 'GEZDGNBVGY3TQOJQ' }], ['one-time password', { totp: 'JBSWY3DPEHPK3PXP' }])],
        }),
      ]),
    );
    expect(only(items).content.totp).toBe('otpauth://totp/vault?secret=GEZDGNBVGY3TQOJQ');
    expect(shownFields(only(items))).toEqual(['one-time password*=otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP']);
  });

  it('finds the user and the password of servers, databases and API credentials', async () => {
    const sections = [
      section(
        ['username', { string: 'root' }, 'username'],
        ['password', { concealed: 'toor' }, 'password'],
        ['host', { string: 'h' }, 'hostname'],
      ),
    ];
    const item110 = only((await readAs('1pux', archive([item('110', { sections })]))).items);
    expect([item110.content.username, item110.content.password, shownFields(item110)]).toEqual(['root', 'toor', ['kind=server', 'host=h']]);
  });

  it('brings the files of documents and fields, and reports those that are missing', async () => {
    const files = [
      { name: 'files/doc1__my report.pdf', data: Buffer.from('pdf') },
      { name: 'files/doc2__photo.png', data: Buffer.from('png') },
    ];
    const document = { documentAttributes: { fileName: 'my report.pdf', documentId: 'doc1', decryptedSize: 3 } };
    const fields = [
      section(
        ['photo', { file: { fileName: 'photo.png', documentId: 'doc2', decryptedSize: 3 } }],
        ['lost', { file: { fileName: 'x', documentId: 'doc3' } }],
      ),
    ];
    const { items, problems } = await readAs('1pux', archive([item('006', document), item('001', { sections: fields })], files));
    expect(items.map(({ attachments }) => attachments.map((file) => [file.name, Buffer.from(file.read()).toString()]))).toEqual([
      [['my report.pdf', 'pdf']],
      [['photo.png', 'png']],
    ]);
    expect(items.map(shownFields)).toEqual([['kind=document'], []]);
    expect(problems).toHaveLength(1);
  });

  it('takes items without id, state and dates, and what is no item at all', async () => {
    const { items, problems } = await readAs(
      '1pux',
      archive([
        { categoryUuid: '005', details: { password: 'pw' }, overview: { title: 'P' } },
        { trashed: true, overview: { title: 'gone' } },
        null,
      ]),
    );
    expect(items.map(({ content, trashed, createdAt }) => [content.name, content.password, trashed, createdAt])).toEqual([
      ['P', 'pw', false, null],
      ['gone', null, true, null],
    ]);
    expect(problems).toEqual([{ place: 'item 3', message: 'is no item: nothing of it could be read' }]);
  });

  it('is refused where the archive holds no accounts', async () => {
    await expect(readAs('1pux', zipOf([{ name: 'export.data', data: Buffer.from('{}') }]))).rejects.toThrow(vaultError('invalid_request'));
    await expect(readAs('1pux', Buffer.from('{}'))).rejects.toThrow(vaultError('invalid_request'));
  });
});
