import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, isReference, parseReference } from '../../src/core/reference.ts';
import { thrownBy, vaultError } from './support.ts';

describe('a reference', () => {
  it.each([
    ['vault://github.com/password', 'github.com', null, 'password'],
    ['vault://work/db/dsn', 'work/db', null, 'dsn'],
    ['vault://work%2Fdb/dsn', 'work/db', null, 'dsn'],
    ['vault://github.com?username=me@example.com/code', 'github.com', 'me@example.com', 'code'],
    ['vault://github.com?username=/password', 'github.com', '', 'password'],
    ['vault://a%20b?username=c%26d%2Fe/f%20g%3F', 'a b', 'c&d/e', 'f g?'],
    ['vault://1+1/x+y', '1+1', null, 'x+y'],
    ['vault://päss/schlüssel', 'päss', null, 'schlüssel'],
    ['vault://https://gitlab.com:8443/password', 'https://gitlab.com:8443', null, 'password'],
    ['vault://a//f', 'a/', null, 'f'],
  ])('%s is read', (text, name, username, field) => {
    expect(isReference(text)).toBe(true);
    expect(parseReference(text)).toEqual({ name, username, field });
  });

  it.each([
    'vault://',
    'vault://github.com',
    'vault:///password',
    'vault://github.com/',
    'vault://github.com?username=me',
    'vault://github.com?user=me/password',
    'vault://github.com?username=me&x=y/password',
    'vault://github.com?username=a?b/password',
    'vault://github.com/pass#word',
    'vault://my bank/password',
    'vault://bank/pass\tword',
    'vault://bank/password\n',
    ' vault://bank/password',
    'vault://100%/password',
    'vault://%ff/password',
    'vault://a/%zz',
    'VAULT://a/b',
    'xvault://a/b',
    'secret',
    '',
  ])('%j is refused, and the error does not repeat it', (text) => {
    const thrown = thrownBy(() => parseReference(text));
    const hint = /%(?!20)/.test(text)
      ? 'a percent sign itself is written %25'
      : 'for example vault://github.com/password; spaces and ? # & % are percent-encoded (%20)';
    expect(thrown).toEqual(vaultError('usage', hint));
    if (text.length > 8) expect(String(thrown)).not.toContain(text);
  });

  const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
  const reference = fc.record({ name: part, username: fc.option(fc.oneof(part, fc.constant(''))), field: part });

  it('says the same once it was written and read, whatever its parts are', () => {
    fc.assert(
      fc.property(reference, (wanted) => {
        const text = formatReference(wanted);
        expect(text).toMatch(/^vault:\/\/[\x21-\x7e]+$/);
        expect(parseReference(text)).toEqual(wanted);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is read has one spelling, and nothing else ever leaves the parser but a usage error', () => {
    const noise = fc.string({
      unit: fc.constantFrom('vault://', '?username=', '/', '&', '#', '%', ' ', '\n', '%41', '%2f', 'ä', '🔑', 'x'),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          noise,
          noise.map((text) => `vault://${text}`),
        ),
        (text) => {
          try {
            const parsed = parseReference(text);
            expect(parseReference(formatReference(parsed))).toEqual(parsed);
          } catch (error) {
            expect(error).toMatchObject({ code: 'usage' });
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});
