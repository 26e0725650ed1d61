import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/core/audit/facts.ts';
import { readTotpSites, totpSiteOf } from '../../../src/core/audit/totp-sites.ts';
import type { Entry } from '../../../src/core/entry/schema.ts';

const documentation = 'https://help.site.example/2fa';
const site = { 'additional-domains': ['other.example'], documentation };
const versionFour = {
  'site.example': { ...site, methods: ['sms', 'totp'] },
  'plain.example': { methods: ['totp'] },
  'sms.example': { methods: ['sms'] },
  'none.example': {},
};
const versionThree = [
  ['Site', { ...site, domain: 'site.example', tfa: ['sms', 'totp'] }],
  ['Plain', { domain: 'plain.example', tfa: ['totp'] }],
  ['SMS', { domain: 'sms.example', tfa: ['sms'] }],
  ['None', { domain: 'none.example' }],
];

function hostsOf(given: Partial<Entry>): readonly string[] {
  const texts = { id: 'id', name: 'a name', username: null, password: 'x', totp: null, notes: null };
  const times = { createdAt: '', updatedAt: '', passwordChangedAt: null };
  return factsOf({ ...texts, ...times, urls: [], fields: [], tags: [], revision: 1, ...given }, Buffer.alloc(32)).hostsWithoutTotp;
}

describe.each([
  ['4', versionFour],
  ['3', versionThree],
])('the list of 2fa.directory in version %s', (_, file) => {
  it('has the sites that offer one-time codes, under every domain of theirs, and what is below', () => {
    const sites = readTotpSites(file) ?? new Map<string, null>();
    expect([...sites.keys()].sort()).toEqual(['other.example', 'plain.example', 'site.example']);
    expect(totpSiteOf(sites, ['login.other.example'])).toEqual({ domain: 'other.example', documentation });
    expect(totpSiteOf(sites, ['sms.example', 'plain.example'])).toEqual({ domain: 'plain.example', documentation: null });
    for (const host of ['none.example', 'example', 'mysite.example', '127.0.0.1']) expect(totpSiteOf(sites, [host])).toBeNull();
  });
});

it('what of such a list has another shape is left out', () => {
  const odd = { 'a.example': null, 'b.example': 'text', 'C.example': { methods: ['totp'], 'additional-domains': [null, 'D.example', []] } };
  expect([...(readTotpSites(odd)?.keys() ?? [])]).toEqual(['c.example', 'd.example']);
  const pairs = [
    'text',
    [{ domain: 'a.example', tfa: ['totp'] }, null],
    ['B', { tfa: ['totp'] }],
    ['C', { domain: 'c.example', tfa: ['totp'] }],
  ];
  expect([...(readTotpSites(pairs)?.keys() ?? [])]).toEqual(['c.example']);
});

it.each([null, 'text', {}, [], [['a']], { 'sms.example': { methods: ['sms'] } }, { 'bank.example': { 'password-rules': 'minlength: 8' } }])(
  'a file without such sites is none: %j',
  (file) => {
    expect(readTotpSites(file)).toBeNull();
  },
);

it('a password is looked for by the hosts of its URLs, or else its name, unless it has a one-time code', () => {
  expect(hostsOf({ name: 'a.example', urls: ['https://login.b.example/x', 'c.example', 'free text here'] })).toEqual([
    'login.b.example',
    'c.example',
  ]);
  expect(hostsOf({ name: 'a.example' })).toEqual(['a.example']);
  expect(hostsOf({ name: 'my bank' })).toEqual([]);
  expect(hostsOf({ name: 'a.example', totp: 'otpauth://totp/x?secret=AAAA' })).toEqual([]);
  expect(hostsOf({ name: 'a.example', password: null })).toEqual([]);
});
