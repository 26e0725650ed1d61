import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOf, parents, parseSite, queryHost, reduceName, registrableDomain } from '../../../src/core/lookup/hosts.ts';
import { codePoint } from '../../support/code-point.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/).filter((text) => !text.startsWith('xn--'));
const hostname = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const longest = `${'a.'.repeat(125)}com`;
const port = fc.integer({ min: 1, max: 65_535 });

describe("the host of an entry's URL", () => {
  it.each([
    ['https://github.com/login', 'github.com', 443],
    ['http://github.com', 'github.com', 80],
    ['https://GitHub.COM:8443/x?y#z', 'github.com', 8443],
    ['https://github.com:443/', 'github.com', 443],
    ['https://me:secret@github.com/', 'github.com', 443],
    ['https://github.com./', 'github.com', 443],
    ['  https://github.com  ', 'github.com', 443],
    ['https://münchen.de/', 'xn--mnchen-3ya.de', 443],
    ['https://XN--MNCHEN-3YA.de/', 'xn--mnchen-3ya.de', 443],
    ['http://0x7f.1/', '127.0.0.1', 80],
    ['http://[2001:DB8::0:1]:8080/', '[2001:db8::1]', 8080],
    ['ssh://git@GitHub.com/me/repo', 'github.com', 22],
    ['ssh://git@github.com:2222', 'github.com', 2222],
    ['postgres://db.internal/app', 'db.internal', 5432],
    ['gopher://example.org/', 'example.org', null],
    ['foo://M%C3%BCnchen.de/', 'xn--mnchen-3ya.de', null],
    ['github.com', 'github.com', 443],
    ['github.com/login', 'github.com', 443],
    ['github.com?next=/', 'github.com', 443],
    ['//github.com/login', 'github.com', 443],
    ['localhost:8080', 'localhost', 8080],
    ['localhost:8080/admin', 'localhost', 8080],
    ['192.168.1.1', '192.168.1.1', 443],
    ['[::1]:80', '[::1]', 80],
    ['münchen.de', 'xn--mnchen-3ya.de', 443],
    [`https://${longest}/`, longest, 443],
  ])('is found in %s', (url, host, effective) => {
    expect(hostOf(url)).toEqual({ hostname: host, port: effective });
  });

  it.each([
    '',
    ' ',
    'My Bank',
    'me@example.com',
    'mailto:me@example.com',
    'user:secret@example.com',
    'https://',
    'https:///',
    'https://exa mple.com/',
    'https://example.com:99999/',
    'localhost:99999',
    'data:text/plain,x',
    'file:///etc/passwd',
    'android://c2lnbmF0dXJl@com.example.app/',
    'androidapp://com.example.app',
    'ios://com.example.app',
    'iosapp://com.example.app',
    'a\\b',
    `https://a${longest}/`,
  ])('is not there in %j', (text) => {
    expect(hostOf(text)).toBeNull();
  });

  it('is found in any URL, with its port', () => {
    fc.assert(
      fc.property(hostname, fc.option(port), fc.webPath(), (host, given, path) => {
        const authority = given === null ? host : `${host}:${String(given)}`;
        expect(hostOf(`https://${authority}${path}`)).toEqual({ hostname: host, port: given ?? 443 });
        expect(hostOf(authority.toUpperCase())).toEqual({ hostname: host, port: given ?? 443 });
      }),
    );
  });

  it('is null or a host for any text, and never takes long', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (text) => {
        const host = hostOf(text);
        if (host !== null) expect(hostOf(`https://${host.hostname}/`)?.hostname).toBe(host.hostname);
      }),
    );
    const started = workSeconds();
    expect(hostOf(`https://${'a.'.repeat(400_000)}com`)).toBeNull();
    expect(hostOf('a.'.repeat(400_000))).toBeNull();
    expect(workSeconds() - started).toBeLessThan(muchWork);
  });
});

describe('the host that a query asks for', () => {
  it.each([
    ['github.com', 'github.com', null],
    ['GITHUB.com', 'github.com', null],
    ['github.com:443', 'github.com', 443],
    ['localhost:8080', 'localhost', 8080],
    ['https://github.com/login', 'github.com', null],
    ['https://github.com:443/', 'github.com', null],
    ['https://github.com:8443/', 'github.com', 8443],
    ['http://github.com:443/', 'github.com', 443],
    ['ssh://git@github.com:2222/x', 'github.com', 2222],
    ['https://[::1]:8443', '[::1]', 8443],
    ['  github.com\n', 'github.com', null],
  ])('is read from %s, with a port only where one is given', (query, host, given) => {
    expect(queryHost(query)).toEqual({ hostname: host, port: given });
  });

  it.each(['work/db', 'github.com/login', 'My Bank', 'me@github.com', 'a?b', 'a#b', '', 'https://', 'localhost:99999'])(
    'is not in %j',
    (query) => {
      expect(queryHost(query)).toBeNull();
    },
  );
});

describe('an http(s) URL as a name', () => {
  it.each([
    ['https://gitlab.com/users/sign_in', 'gitlab.com'],
    ['http://gitlab.com', 'gitlab.com'],
    ['HTTPS://GitLab.com:443/', 'gitlab.com'],
    ['http://gitlab.com:80/', 'gitlab.com'],
    ['http://gitlab.com:443/', 'gitlab.com:443'],
    ['https://gitlab.com:8443/', 'gitlab.com:8443'],
    ['https://[::1]:8443/', '[::1]:8443'],
    ['https://münchen.de/', 'xn--mnchen-3ya.de'],
  ])('reduces %s to %s and is kept as typed', (url, name) => {
    expect(reduceName(url)).toEqual({ name, url });
    expect(parseSite(url)?.url).toBe(url);
  });

  it('reduces without the spaces around it', () => {
    expect(reduceName('  https://gitlab.com/x\n')).toEqual({ name: 'gitlab.com', url: 'https://gitlab.com/x' });
  });

  it.each([
    'github.com',
    'work/db',
    'work/https://github.com',
    'ssh://git@github.com',
    'ftp://example.org',
    'https://',
    'http:/',
    'https:x',
    'My Bank',
  ])('leaves %j as it is', (name) => {
    expect(reduceName(name)).toEqual({ name, url: null });
    expect(parseSite(name)).toBeNull();
  });

  it('reduces to a name that asks for the same host and port again', () => {
    fc.assert(
      fc.property(fc.constantFrom('http', 'https'), hostname, fc.option(port), (scheme, host, given) => {
        const url = `${scheme}://${host}${given === null ? '' : `:${String(given)}`}/`;
        expect(queryHost(reduceName(url).name)).toEqual(queryHost(url));
      }),
    );
  });
});

describe('the registrable domain', () => {
  it.each([
    ['github.com', 'github.com'],
    ['gist.github.com', 'github.com'],
    ['a.b.c.example.co.uk', 'example.co.uk'],
    ['me.github.io', 'me.github.io'],
    ['x.me.github.io', 'me.github.io'],
    ['b.a.ck', 'b.a.ck'],
    ['x.www.ck', 'www.ck'],
    ['db.corp.internal', 'corp.internal'],
    ['a_b.example.com', 'example.com'],
    ['a.xn--55qx5d.cn', 'a.xn--55qx5d.cn'],
  ])('of %s is %s', (host, domain) => {
    expect(registrableDomain(host)).toBe(domain);
  });

  it.each(['com', 'co.uk', 'github.io', 'localhost', '127.0.0.1', '10.0.0.1', '[::1]'])('of %s there is none', (host) => {
    expect(registrableDomain(host)).toBeNull();
  });

  it('is always among the parents, which is how it is looked up', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostname,
          hostname.map((host) => `${host}.co.uk`),
          hostname.map((host) => `${host}.github.io`),
        ),
        (host) => {
          const domain = registrableDomain(host);
          if (domain !== null) expect(parents(host)).toContain(domain);
        },
      ),
    );
  });
});

describe('the parents of a host', () => {
  it.each([
    ['a.b.example.com', ['a.b.example.com', 'b.example.com', 'example.com']],
    ['example.com', ['example.com']],
    ['localhost', ['localhost']],
    ['10.1.2.3', ['10.1.2.3']],
    ['10.1.2.34', ['10.1.2.34']],
    ['a.1and1.com', ['a.1and1.com', '1and1.com']],
    ['[2001:db8::1]', ['[2001:db8::1]']],
  ])('of %s are itself and all of two labels or more', (host, expected) => {
    expect(parents(host)).toEqual(expected);
  });
});
