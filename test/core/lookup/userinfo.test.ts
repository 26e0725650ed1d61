import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPassword, withoutPassword } from '../../../src/core/lookup/userinfo.ts';
import { codePoint } from '../../support/code-point.ts';
import { urlOf } from '../../../src/core/url.ts';

describe('a password in a URL', () => {
  it.each([
    ['https://me:hunter2@example.com/x', 'https://me@example.com/x'],
    ['https://:hunter2@example.com/', 'https://@example.com/'],
    ['https://me:hunter2:hunter2@example.com/', 'https://me@example.com/'],
    ['https://me:hunter2@hunter2@example.com/', 'https://me@example.com/'],
    ['postgres://app:hunter2@db:5432/app?sslmode=require', 'postgres://app@db:5432/app?sslmode=require'],
    ['jdbc:postgresql://app:hunter2@db/app', 'jdbc:postgresql://app@db/app'],
    ['//me:hunter2@example.com', '//me@example.com'],
    ['me:hunter2@example.com/x', 'me@example.com/x'],
    ['https:me:hunter2@example.com/', 'https://me@example.com/'],
    ['https:\\\\me:hunter2@example.com/', 'https://me@example.com/'],
    ['postgres://app:hunter2#x@db/app', 'postgres://app@db/app'],
    ['postgres://app:hunter2/x@db/app', 'postgres://app@db/app'],
    ['https://me:hunter2@exa mple.com/a@b', 'https://me@exa mple.com/a@b'],
    ['my_name:hunter2@example.com', 'my_name@example.com'],
    ['tim:hunter2@example.com', 'tim@example.com'],
    ['https://my user:hunter2@example.com//a:b@c', 'https://my%20user@example.com//a@c'],
  ])('is taken out of %s', (url, shown) => {
    expect(withoutPassword(url)).toBe(shown);
    expect(hasPassword(url)).toBe(true);
  });

  it.each([
    'https://example.com/',
    'https://me@example.com/',
    'https:me@example.com/',
    'example.com/a:b@c',
    'HTTPS://Example.com:8443/a:b@c?d=e:f@g#h:i@j',
    'example.com:8080/x',
    'localhost:8080',
    'mailto:me@example.com',
    'sip:me@example.com',
    'otpauth://totp/me:x?secret=ABC',
    'ssh://git@github.com:22/x',
    'work/db',
    '',
  ])('is not seen in %s, which stays as it is', (url) => {
    expect(withoutPassword(url)).toBe(url);
    expect(hasPassword(url)).toBe(false);
  });

  it('never survives, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), fc.constantFrom('https', 'postgres', 'ssh', 'x-y'), (noise, scheme) => {
        const encoded = `${scheme}://user:Hunter2${encodeURIComponent(noise)}@example.com/path`;
        expect(withoutPassword(encoded)).not.toContain('Hunter2');
        const careless = `${scheme}://user:Hunter2${noise}@example.com/path`;
        fc.pre(urlOf(careless)?.password !== '');
        expect(withoutPassword(careless)).not.toContain('Hunter2');
      }),
      { numRuns: 1000 },
    );
  });

  it('is gone after once, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: codePoint }), fc.webUrl({ withQueryParameters: true, withFragments: true })), (text) => {
        expect(hasPassword(withoutPassword(text)) && urlOf(text) !== null).toBe(false);
      }),
    );
  });
});
