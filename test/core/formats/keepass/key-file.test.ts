import { describe, expect, it } from 'vitest';
import { compositeKey, sha256 } from '../../../../src/core/formats/keepass/keys.ts';
import { refusal } from '../support.ts';

const key = sha256(Buffer.from('key'));
const hex = key.toString('hex');
const hash = sha256(key).subarray(0, 4).toString('hex');

/** What the database's key is of a file whose key is this. */
const withKey = (bytes: Uint8Array) => sha256(bytes);

const keyOf = (file: string | Uint8Array) => compositeKey({ password: null, keyFile: Buffer.from(file) });

function xml(version: string, data: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><KeyFile><Meta><Version>${version}</Version></Meta><Key>${data}</Key></KeyFile>`;
}

describe('the key of a database', () => {
  it('is made of the password, of the key file, or of both', () => {
    const password = sha256(Buffer.from('pässword'));
    expect(compositeKey({ password: 'pässword', keyFile: null })).toEqual(sha256(password));
    expect(compositeKey({ password: null, keyFile: key })).toEqual(sha256(key));
    expect(compositeKey({ password: 'pässword', keyFile: key })).toEqual(sha256(password, key));
    expect(compositeKey({ password: '', keyFile: null })).toEqual(sha256(sha256(Buffer.alloc(0))));
    expect(compositeKey({ password: null, keyFile: null })).toEqual(sha256());
  });
});

describe('a key file', () => {
  it('is 32 bytes, 64 hexadecimal digits, or XML of either version', () => {
    for (const file of [
      key,
      hex,
      hex.toUpperCase(),
      xml('1.00', `<Data>${key.toString('base64')}</Data>`),
      xml('', `<Data>\n${key.toString('base64')}\n</Data>`),
      `<KeyFile><Key><Data>${key.toString('base64')}</Data></Key></KeyFile>`,
      xml('2.0', `<Data Hash="${hash}">${hex}</Data>`),
      xml(' 2.0 ', `<Data Hash="${hash.toUpperCase()}">\n\t${hex.toUpperCase().replace(/.{8}/g, '$& ')}\n</Data>`),
      xml('2.1', `<Data>${hex}</Data>`),
      `\uFEFF${xml('2.0', `<Data>${hex}</Data>`)}`,
      ` \n${xml('2.0', `<Data>${hex}</Data>`).replace(/^<\?.*?\?>/, '')}`,
      xml('2.0', `<Other>x</Other><Data>${hex}</Data>`).replace('</KeyFile>', '<Data>x</Data><Meta><Note>1.0</Note></Meta></KeyFile>'),
    ]) {
      expect(keyOf(file)).toEqual(withKey(key));
    }
  });

  it('is any other file by its SHA-256', () => {
    for (const file of [
      '',
      'any text',
      hex.slice(1),
      `${hex}\n`,
      `${hex.slice(1)}g`,
      `${hex}${hex}`,
      key.subarray(1),
      '<html></html>',
      '<KeyFile><Key><Data></Data></Key></KeyFile>',
      '<KeyFile><Key><Data>cut',
      `<KeyFile><Data>${hex}</Data></KeyFile>`,
      `x${xml('2.0', `<Data>${hex}</Data>`)}`,
    ]) {
      expect(keyOf(file)).toEqual(withKey(sha256(Buffer.from(file))));
    }
  });

  it('is damaged where its XML holds no key, or another than its hash says', () => {
    for (const file of [
      xml('1.00', `<Data>${key.subarray(1).toString('base64')}</Data>`),
      xml('1.00', `<Data>${hex}</Data>`),
      xml('2.0', `<Data>${key.toString('base64')}</Data>`),
      xml('2.0', `<Data>${hex}00</Data>`),
      xml('2.0', `<Data>00${hex}</Data>`),
      xml('2.0', `<Data Hash="00000000">${hex}</Data>`),
      xml('2.0', `<Data Hash="">${hex}</Data>`),
    ]) {
      expect(() => keyOf(file)).toThrow(refusal('the key file is damaged'));
    }
  });
});
