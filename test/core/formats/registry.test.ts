import { describe, expect, it } from 'vitest';
import { detectFormat, fileFormat, importFormats } from '../../../src/core/formats/registry.ts';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { vaultError } from '../support.ts';
import { only, readAs, readDetected } from './support.ts';

const sourceOf = (text: string) => bytesSource(Buffer.from(text, 'latin1'));

describe('the formats that can be imported', () => {
  // Named in the documentation and in scripts.
  it('keep their names, and say what they are', () => {
    expect(importFormats.map(({ name, description }) => [name, description])).toEqual([
      ['bitwarden', 'Bitwarden (JSON, password-protected JSON, zip with attachments, CSV)'],
      ['kdbx', 'KeePass and KeePassXC databases (KDBX 3.1 and 4; password, --key-file or both)'],
      ['keepass-xml', 'KeePass 2 and KeePassXC (XML)'],
      ['keepassxc-csv', 'KeePassXC and KeePassX (CSV)'],
      ['1pux', '1Password (1PUX)'],
      ['1password-csv', '1Password (CSV)'],
      ['chrome', 'Chrome, Edge, Brave and others (CSV)'],
      ['firefox', 'Firefox (CSV)'],
      ['apple', 'Apple Passwords and Safari (CSV)'],
      ['lastpass', 'LastPass (CSV)'],
      ['dashlane', 'Dashlane (CSV, zip of CSV)'],
      ['proton', 'Proton Pass (JSON, zip with files, PGP, CSV)'],
      ['enpass', 'Enpass (JSON)'],
      ['nordpass', 'NordPass (CSV)'],
      ['roboform', 'RoboForm (CSV)'],
      ['pass', 'a password store of pass or gopass (the folder; opened by your own gpg)'],
      ['cxf', 'FIDO Credential Exchange Format (JSON)'],
      ['vault', "Vault's own exports (age, JSON, CSV)"],
    ]);
  });

  it('are files but for the password store', () => {
    expect(importFormats.filter(({ input }) => input === 'folder').map(({ name }) => name)).toEqual(['pass']);
    expect(importFormats.filter(({ input }) => input === 'file')).toHaveLength(17);
    expect(importFormats.filter(({ name }) => fileFormat(name) === null).map(({ name }) => name)).toEqual(['pass']);
    expect(fileFormat('auto')).toBeNull();
  });

  it.each([
    ['keepassxc-csv', 'KeePassXC and KeePassX', 'Group,Title,Username,Password,URL,Notes\nRoot,T,u,p,,'],
    ['1password-csv', '1Password', 'Title,Username,Password,Favorite\nT,u,p,'],
    ['chrome', 'Chrome, Edge, Brave and others', 'name,url,username,password\nT,,u,p'],
    ['firefox', 'Firefox', 'url,username,password,httpRealm,formActionOrigin,guid\nhttps://T,u,p,,,'],
    ['apple', 'Apple Passwords and Safari', 'Title,URL,Username,Password,Notes,OTPAuth\nT,,u,p,,'],
    ['lastpass', 'LastPass', 'url,username,password,totp,extra,name,grouping,fav\n,u,p,,,T,,0'],
    ['nordpass', 'NordPass', 'name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder\nT,,u,p,,,,,,,'],
    ['roboform', 'RoboForm', 'Name,Url,MatchUrl,Login,Pwd,Note\nT,,,u,p,'],
  ])('are found out by their columns, and read: %s', async (name, program, file) => {
    const { content } = only((await readDetected(name, file)).items);
    expect([content.username, content.password]).toEqual(['u', 'p']);
    const refused = readAs(name, 'a,b\n1,2\n');
    await expect(refused).rejects.toThrow(vaultError('invalid_request'));
    await expect(refused).rejects.toThrow(`the file is no CSV export of ${program}: its first line does not name the columns`);
  });

  it('are none of what a file looks like that is something else', () => {
    const refusal = expect.objectContaining({
      code: 'invalid_request',
      message: 'the file looks like no format that can be imported',
      hint: 'vault import --list shows the formats; name the one it is',
    }) as Error;
    for (const text of ['', 'some text', 'a,b\n1,2\n', '{}', '<html></html>']) {
      expect(() => detectFormat(sourceOf(text))).toThrow(refusal);
    }
  });

  it('are none of an archive that is broken: what is wrong with it is told', () => {
    expect(() => detectFormat(sourceOf('PK\x03\x04 and so on'))).toThrow(vaultError('invalid_request'));
    expect(() => detectFormat(sourceOf('PK\x03\x04 and so on'))).toThrow('the archive has no directory');
  });
});
