import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForm, writeForm, type Editable } from '../../src/cli/entry-form.ts';
import { codePoint } from '../support/code-point.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: codePoint }),
  fc.constantFrom(' x', 'x ', '"x"', '#x', 'a: b', '\\n', 'a\r\nb', '---'),
);
const label = text.filter((value) => value.trim() !== '' && !/[\p{Cc}\u2028\u2029]/u.test(value));
const some = fc.option(
  text.filter((value) => value !== ''),
  { nil: null },
);

const editable: fc.Arbitrary<Editable> = fc.record({
  name: label,
  username: some,
  password: some,
  urls: fc.array(text, { maxLength: 3 }),
  totp: some,
  notes: some,
  fields: fc.array(fc.record({ name: label, value: text, hidden: fc.boolean() }), { maxLength: 4 }),
  tags: fc.array(label, { maxLength: 3 }),
});

const entry: Editable = {
  name: 'work/db',
  username: 'me',
  password: 's3cret # with a hash',
  urls: ['https://db.example.com'],
  totp: null,
  notes: 'first line\n\n# third line',
  fields: [
    { name: 'port', value: '5432', hidden: false },
    { name: 'pin: a', value: '12\n34', hidden: true },
  ],
  tags: [],
};

describe('the form that an editor shows', () => {
  it('says the same after being written and read, whatever an entry holds', () => {
    fc.assert(
      fc.property(editable, (value) => {
        expect(parseForm(writeForm(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('is readable: one value a line, quotes only where a line cannot hold it', () => {
    const form = writeForm(entry);
    expect(form).toContain('\nname: work/db\nusername: me\npassword: s3cret # with a hash\ntotp:\nurl: https://db.example.com\ntag:\n');
    expect(form).toContain('\nfield port: 5432\nhidden field "pin: a": "12\\n34"\n');
    expect(form.endsWith('\nfirst line\n\n# third line\n')).toBe(true);
  });

  it('survives what editors do: a byte order mark, DOS line ends, no final newline, spaces', () => {
    const header = writeForm({ ...entry, notes: null });
    const wanted = { ...entry, notes: null };
    expect(parseForm(`\ufeff${header}`)).toEqual(wanted);
    expect(parseForm(header.replaceAll('\n', '\r\n'))).toMatchObject({ name: 'work/db', fields: entry.fields });
    expect(parseForm(header.trimEnd())).toEqual(wanted);
    expect(parseForm(header.replace('username: me', '  username :   me  '))).toEqual(wanted);
  });

  it('unsets what is left empty or taken out', () => {
    const form = writeForm(entry)
      .replace('password: s3cret # with a hash', 'password:')
      .replace('\nfield port: 5432\n', '\n')
      .replace('username: me\n', '');
    expect(parseForm(form)).toMatchObject({ password: null, username: null, fields: [{ name: 'pin: a' }] });
  });

  it.each([
    ['an unknown key', 'usernme: x', /line 8: unknown key/],
    ['no colon', 'nonsense', /line 8: expected "key: value"/],
    ['a field without a name', 'field: x', /line 8: a field needs a name/],
    ['a broken quote', 'password: "abc', /line 8: a value that begins with a double quote/],
    ['a number in JSON', 'field x: "a" b', /line 8/],
  ])('names the line of %s, and never what stands there', (_, line, message) => {
    const lines = writeForm(entry).split('\n');
    lines[7] = line;
    expect(() => parseForm(lines.join('\n'))).toThrow(message);
    try {
      parseForm(lines.join('\n'));
    } catch (error) {
      expect(String(error)).not.toContain('abc');
    }
  });

  it('refuses a key given twice, an empty name, and a form without its notes line', () => {
    const form = writeForm(entry);
    expect(() => parseForm(form.replace('username: me', 'username: me\nusername: you'))).toThrow('username is there twice');
    expect(() => parseForm(form.replace('name: work/db', 'name:'))).toThrow(/^line 7: the name must not be empty/);
    expect(() => parseForm(form.replace(/^---.*$/m, ''))).toThrow(/is missing/);
  });
});
