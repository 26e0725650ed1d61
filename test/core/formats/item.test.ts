import { describe, expect, it } from 'vitest';
import {
  addEarlierPassword,
  addField,
  addNotes,
  addTag,
  addTotp,
  addUrl,
  append,
  endOfSections,
  looksSecret,
  newDraft,
  setPassword,
  setUsername,
  shortLabel,
} from '../../../src/core/formats/item.ts';

describe('a draft of an entry', () => {
  it('begins empty', () => {
    const { place, ...empty } = newDraft('line 12');
    expect(place).toBe('line 12');
    expect(empty).toEqual({
      name: null,
      username: null,
      password: null,
      urls: [],
      totp: [],
      notes: [],
      fields: [],
      tags: [],
      createdAt: null,
      updatedAt: null,
      passwordChangedAt: null,
      trashed: false,
      pending: null,
      history: [],
      earlierPasswords: [],
      attachments: [],
      problems: [],
      nameless: false,
      literal: false,
    });
  });

  it('takes what is not empty', () => {
    const draft = newDraft('item 1');
    for (const text of [null, '', 'one', ' ', 'two']) {
      addField(draft, text, text, false);
      addTag(draft, text);
      addUrl(draft, text);
      addNotes(draft, text);
      addTotp(draft, text);
    }
    addField(draft, null, 'without a name', true);
    addTotp(draft, 'three', 'backup');
    expect(draft).toEqual({
      ...newDraft('item 1'),
      fields: [
        { name: 'one', value: 'one', hidden: false },
        { name: ' ', value: ' ', hidden: false },
        { name: 'two', value: 'two', hidden: false },
        { name: '', value: 'without a name', hidden: true },
      ],
      tags: ['one', ' ', 'two'],
      urls: ['one', ' ', 'two'],
      notes: ['one', ' ', 'two'],
      totp: [
        { label: 'one-time code', text: 'one' },
        { label: 'one-time code', text: 'two' },
        { label: 'backup', text: 'three' },
      ],
    });
  });

  it('keeps a second username and a second password as fields', () => {
    const draft = newDraft('item 1');
    for (const text of [null, '', 'first', 'first', 'second', null, '', 'first']) {
      setUsername(draft, text);
      setPassword(draft, text);
    }
    setUsername(draft, 'third', 'e-mail');
    setPassword(draft, 'third', 'old password');
    expect(draft).toEqual({
      ...newDraft('item 1'),
      username: 'first',
      password: 'first',
      fields: [
        { name: 'username', value: 'second', hidden: false },
        { name: 'password', value: 'second', hidden: true },
        { name: 'e-mail', value: 'third', hidden: false },
        { name: 'old password', value: 'third', hidden: true },
      ],
    });
  });

  it('keeps an earlier password as a hidden field that says when it was replaced', () => {
    const draft = newDraft('item 1');
    addEarlierPassword(draft, 'one', '2024-01-02T03:04:05.678Z');
    addEarlierPassword(draft, 'two', null);
    addEarlierPassword(draft, null, null);
    expect(draft.fields).toEqual([
      { name: 'password until 2024-01-02', value: 'one', hidden: true },
      { name: 'earlier password', value: 'two', hidden: true },
    ]);
  });

  it('names a section before those of its fields alone whose names are taken before it', () => {
    const draft = newDraft('item 1');
    addField(draft, 'PIN', '0', false);
    const end = endOfSections(draft);
    for (const heading of ['Bank', null, 'Card', '']) {
      for (const name of ['PIN', 'PIN', `only in ${heading}`]) addField(draft, name, 'value', true);
      end(heading);
    }
    addField(draft, 'Card PIN', 'value', true);
    end('Again');
    end('Empty');
    expect(draft.fields.map(({ name }) => name)).toEqual([
      'PIN',
      ...['Bank PIN', 'Bank PIN', 'only in Bank'],
      ...['PIN', 'PIN', 'only in null'],
      ...['Card PIN', 'Card PIN', 'only in Card'],
      ...[' PIN', ' PIN', 'only in '],
      'Again Card PIN',
    ]);
    expect(draft.fields[1]).toEqual({ name: 'Bank PIN', value: 'value', hidden: true });
  });

  it('takes more than fits into the arguments of a call', () => {
    const list = [0];
    append(
      list,
      Array.from({ length: 200_000 }, (_, at) => at + 1),
    );
    expect(list.length).toBe(200_001);
    expect(list.every((value, at) => value === at)).toBe(true);
  });
});

describe('a name in a report', () => {
  it('is short, of one line and whole characters', () => {
    expect(shortLabel('a\nb\u0000\tc\u001B[31m')).toBe('a b  c [31m');
    expect(shortLabel('x'.repeat(81))).toBe('x'.repeat(80));
    expect(shortLabel(`${'x'.repeat(79)}💥`)).toBe(`${'x'.repeat(79)}\uFFFD`);
  });
});

describe('a name of a field', () => {
  it.each([
    ...[
      'password',
      'Passphrase',
      'my pass',
      'client secret',
      'private note',
      'access token',
      'credentials',
      'PIN',
      'card pin',
      'CVV',
      'CVC2',
      'cvn',
    ],
    ...[
      'security code',
      'Security answer',
      'verification number',
      'api key',
      'API-Key',
      'apikey',
      'recovery codes',
      'license key',
      'key',
      'SSN',
    ],
    ...[
      'social security number',
      'socialsecurity',
      'card number',
      'cardnumber',
      'account number',
      'IBAN',
      'seed phrase',
      'totp',
      'otpauth',
      'OTP',
    ],
  ])('says that %s is to be hidden', (name) => {
    expect(looksSecret(name)).toBe(true);
  });

  it.each([
    ...[
      'passport',
      'Passenger',
      'username',
      'spine',
      'pint',
      'pinned',
      'cvs',
      'recv',
      'cvc2x',
      'public key',
      'keys',
      'key id',
      'monkey business',
    ],
    ...['ssnx', 'number', 'account', 'card', 'ibanx', 'xiban', 'secure', 'code', 'security', 'laptop', 'api', ''],
  ])('says nothing of the kind of %s', (name) => {
    expect(looksSecret(name)).toBe(false);
  });
});
