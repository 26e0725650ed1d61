import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialSite, isForSite, siteTerms, siteUrl, type WrittenSite } from '../../../src/core/credentials/site.ts';
import { lookupTerms } from '../../../src/core/lookup/terms.ts';

function matches(asked: WrittenSite, name: string, ...urls: string[]): boolean {
  const site = credentialSite(asked);
  if (site === null) throw new Error('no site');
  return isForSite(site, { name, urls });
}

const github = { protocol: 'https', host: 'github.com' };

describe('an entry is for a site', () => {
  it.each<[string, WrittenSite, string, ...string[]]>([
    ['by its bare name, by https', github, 'github.com'],
    ['whatever the case', { protocol: 'HTTPS', host: 'GitHub.com' }, 'GITHUB.com'],
    ['by its name with the port', { ...github, host: 'github.com:8443' }, 'github.com:8443'],
    ['with the port that https has anyway', { ...github, host: 'github.com:443' }, 'github.com'],
    ['and the reverse', github, 'x', 'https://github.com:443/login'],
    ['by the host of any URL, whatever its path', github, 'x', 'https://other.example', 'https://github.com/users/sign_in'],
    ['by a URL without a scheme, which is https', github, 'x', 'github.com/login'],
    ['by http where its URL says so', { protocol: 'http', host: 'github.com' }, 'github.com', 'http://github.com'],
    ['by a URL without a scheme, and its path', { ...github, path: 'a.git' }, 'x', 'github.com/a.git'],
    ['by a URL with spaces around it', { protocol: 'http', host: 'github.com' }, 'x', ' http://github.com'],
    ['by any of its URLs, whatever text is among them', github, 'x', 'my notes', 'https://github.com'],
    ['by its name, where its URLs are of other hosts', { ...github, path: '' }, 'github.com', 'https://other.example'],
    ['by a path that cannot be decoded', { ...github, path: '100%' }, 'x', 'https://github.com/100%'],
    ['by the path, whatever the number of slashes around it', { ...github, path: '//a' }, 'x', 'https://github.com/a//'],
    ['by the path, decoded, slashes aside', { ...github, path: 'a b/c.git' }, 'x', 'https://github.com/a%20b/c.git/'],
    ['without a path where none is asked for', { ...github, path: '' }, 'github.com', 'https://github.com/'],
    ['by another protocol', { protocol: 'smtp', host: 'mail.example:587' }, 'x', 'smtp://mail.example:587'],
    ['by a name outside ASCII', { protocol: 'https', host: 'bücher.example' }, 'BÜCHER.example'],
    ['by an address', { protocol: 'https', host: '[::1]:8080' }, 'x', 'https://[0:0::1]:8080/'],
    ['without a host, by its URL as a name', { protocol: 'cert', host: '', path: '/home/me/key.pem' }, 'cert:///home/me/key.pem'],
  ])('%s', (_, asked, name, ...urls) => {
    expect(matches(asked, name, ...urls)).toBe(true);
  });

  it.each<[string, WrittenSite, string, ...string[]]>([
    ['of the same domain', github, 'gist.github.com', 'https://api.github.com'],
    ['below it', { ...github, host: 'gist.github.com' }, 'github.com', 'https://github.com'],
    ['of another protocol', { protocol: 'http', host: 'github.com' }, 'github.com', 'https://github.com'],
    ['of another protocol, though its name is the host', github, 'github.com', 'http://github.com'],
    ['of another protocol at the same port', { protocol: 'http', host: 'github.com:8080' }, 'x', 'https://github.com:8080'],
    ['without a host, of another path', { protocol: 'cert', host: '', path: '/other.pem' }, 'cert:///home/me/key.pem'],
    ['of another port', { ...github, host: 'github.com:8443' }, 'github.com', 'https://github.com'],
    ['whose name only contains it', github, 'my github.com', 'github.com.evil.example'],
    ['of another path', { ...github, path: 'a.git' }, 'x', 'https://github.com/b.git'],
    ['without the path', { ...github, path: 'a.git' }, 'github.com'],
    ['with a path where none is wanted', { ...github, path: '' }, 'x', 'https://github.com/v1/access-token'],
  ])('but not one %s', (_, asked, name, ...urls) => {
    expect(matches(asked, name, ...urls)).toBe(false);
  });
});

it.each([
  ['', 'github.com'],
  ['https', ''],
  ['https', 'github.com/x'],
  ['https', 'evil.example\\@github.com'],
  ['https', 'me@github.com'],
  ['https', 'github.com#x'],
  ['https', 'github.com?x'],
  ['https', 'git%68ub.com'],
  ['https', 'github.com:'],
  ['https', 'github.com:99999'],
  ['https', 'github.com\r'],
  ['https', ' github.com'],
  ['https:', 'github.com'],
  ['cert', ''],
  ['cert', '', ''],
  ['cert', '', '/'],
  ['https', '', '/x'],
  ['http', '', '/x'],
  ['1cert', '', '/x'],
  ['cert!', '', '/x'],
])('%j and %j name no site (path %j)', (protocol, host, path?: string) => {
  expect(credentialSite({ protocol, host, path })).toBeNull();
});

it.each<[WrittenSite, string]>([
  [github, 'https://github.com'],
  [{ ...github, path: '' }, 'https://github.com'],
  [{ ...github, path: '//a b/c?d' }, 'https://github.com/a%20b/c%3Fd'],
  [{ protocol: 'CERT', host: '', path: '/home/me/key.pem' }, 'cert:///home/me/key.pem'],
])('an entry keeps %j as %s', (site, url) => {
  expect(siteUrl(site)).toBe(url);
});

it.each<[WrittenSite, string[]]>([
  [github, ['host github.com', 'name github.com:443', 'name github.com']],
  [{ ...github, host: 'github.com:8443' }, ['host github.com', 'name github.com:8443']],
  [{ ...github, host: '[::1]:8443' }, ['host [::1]', 'name [::1]:8443']],
  [
    { ...github, host: 'BÜCHER.example:8443' },
    ['host xn--bcher-kva.example', 'name xn--bcher-kva.example:8443', 'name bücher.example:8443'],
  ],
  [{ protocol: 'http', host: 'github.com' }, ['host github.com']],
  [{ protocol: 'cert', host: '', path: '/home/ME' }, ['name cert:///home/me']],
])('the entries of %j are looked for by %j', (asked, terms) => {
  const site = credentialSite(asked);
  expect(site === null ? null : siteTerms(site, asked.host).map(({ kind, term }) => `${kind} ${term}`)).toEqual(terms);
});

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const written = fc.record({
  protocol: fc.constantFrom('https', 'http', 'smtp', 'imap'),
  host: fc
    .tuple(label, label, fc.option(fc.integer({ min: 1, max: 65_535 })))
    .map(([a, b, port]) => `${a}.${b}${port === null ? '' : `:${String(port)}`}`),
  path: fc.stringMatching(/^([a-z %ü+#?&]{1,8}(\/[a-z.]{1,8})?)?$/),
});

describe('whatever the site', () => {
  it('what is stored for it is found for it', () => {
    fc.assert(
      fc.property(written, (site) => {
        expect(matches(site, 'x', siteUrl(site))).toBe(true);
        expect(matches({ protocol: site.protocol, host: site.host }, 'x', siteUrl(site))).toBe(true);
      }),
    );
  });

  it('an entry that is for it is found by a term of both', () => {
    fc.assert(
      fc.property(written, fc.boolean(), (site, byName) => {
        const asked = credentialSite({ protocol: 'https', host: site.host });
        if (asked === null) throw new Error('no site');
        const entry = byName ? { name: site.host, urls: [] } : { name: 'x', urls: [siteUrl({ ...site, protocol: 'https' })] };
        expect(isForSite(asked, entry)).toBe(true);
        const own = lookupTerms(entry).map(({ kind, term }) => `${kind} ${term}`);
        expect(siteTerms(asked, site.host).some(({ kind, term }) => own.includes(`${kind} ${term}`))).toBe(true);
      }),
    );
  });
});
