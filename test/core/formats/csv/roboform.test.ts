import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { only, readAs, readDetected, shownFields } from '../support.ts';

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

  it('reads a row without fields, and keeps fields that have no name, no form or are passwords', async () => {
    const header = 'Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2';
    const fields = [
      `"-no-name-$,,,txt,'@x"`,
      '"a -no-name-$,,,txt,y"',
      '"-no-name-b$,,,txt,z"',
      '"Of $5$,,,pwd,9"',
      'just text',
      '"my TOTP key$,,,txt,k"',
    ];
    const { items, problems } = await readDetected('roboform', `${header}\nA,,,'@me,'@pw,'@note,/B/C,\nF,,,u,it'@s,,,${fields.join()}`);
    expect(problems).toEqual([]);
    expect(items.map(({ content }) => content)).toMatchObject([
      { name: 'A', username: '@me', password: '@pw', notes: '@note', tags: ['B/C'], fields: [] },
      { name: 'F', username: 'u', password: "it'@s", totp: null },
    ]);
    expect(items.map(shownFields)).toEqual([
      [],
      ['form field=@x', 'a -no-name-=y', '-no-name-b=z', 'Of $5*=9', 'form field*=just text', 'my TOTP key*=k'],
    ]);
  });

  it('is none where a column is missing', async () => {
    await expect(readAs('roboform', 'Name,Url,Login\nA,https://a.example,u\n')).rejects.toThrow(vaultError('invalid_request'));
  });
});
