import { describe, expect, it } from 'vitest';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';

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
      { label: 'when', type: 'date', value: { year: 2026 } },
      { label: 'PIN', type: 'other', value: 7 },
      { label: 'empty', type: 'text', value: '' },
      'alone',
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
      ['plain=a', 'hush*=b', 'when={"year":2026}', 'PIN*=7', 'field=alone'],
      ['kind=credit card', 'cardholder name=A B', 'card number*=4242', 'CVC*=1', 'expiry date=01/25'],
      ['kind=identity', 'full name=Jane Doe', 'email=j@a.example'],
    ]);
  });

  it('keeps own fields that are not understood, and reports them', async () => {
    const header = [...old, 'type', 'custom_fields'];
    const rows = ['[{', '{"a":1}'].map((cell) => blank({ name: cell, password: 'p', type: 'password', custom_fields: cell }, header));
    const { items, problems } = await readAs('nordpass', csv(header, ...rows));
    expect(items.map(shownFields)).toEqual([['own fields*=[{'], ['own fields*={"a":1}']]);
    expect(problems.map(({ message }) => message)).toEqual(Array(2).fill('has own fields that are not understood: kept as a hidden field'));
  });

  it('keeps every column, and rows that hold anything at all', async () => {
    const places = ['pin', 'zipcode', 'phone_number', 'address1', 'address2'] as const;
    const header = [...old, 'pin'];
    const row = blank({ name: 'A', ...Object.fromEntries(places.map((column) => [column, column])) }, header);
    const some = (['username', 'password', 'note', 'url', 'city'] as const).map((column) => blank({ name: column, [column]: 'x' }, header));
    const { items } = await readDetected('nordpass', csv(header, row, ...some, blank({ name: 'Folder' }, header)));
    expect(items.map(({ content }) => content.name)).toEqual(['A', 'username', 'password', 'note', 'url', 'city']);
    expect(items.map(shownFields)[0]).toEqual([
      'zip code=zipcode',
      'phone number=phone_number',
      'address=address1',
      'address 2=address2',
      'PIN*=pin',
    ]);
  });

  it('hides an own field by its type, else by its name, and says which addresses it does not understand', async () => {
    const header = [...old, 'type', 'custom_fields', 'additional_urls'];
    const own = JSON.stringify([
      { label: 'PIN', type: 'text', value: '1' },
      { label: 'PIN', type: 'number', value: '2' },
      { label: 'x', value: null },
    ]);
    const rows = ['note', 'password'].map((type) =>
      blank({ name: type, password: 'p', type, custom_fields: own, additional_urls: '{}' }, header),
    );
    const { items, problems } = await readAs('nordpass', csv(header, ...rows));
    expect(items.map(shownFields)).toEqual(Array(2).fill(['PIN=1', 'PIN*=2', 'further addresses*={}']));
    expect(problems.map(({ message }) => message)).toEqual(
      Array(2).fill('has further addresses that are not understood: kept as a hidden field'),
    );
  });
});
