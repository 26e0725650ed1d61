import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryIn, formatCredential, isEphemeral, knowsAuthtype, parseGitRequest } from '../../../src/core/credentials/git-protocol.ts';

const nothing = { username: null, password: null, passwordExpiry: null, refreshToken: null, authtype: null, credential: null };

function parse(text: string, whole = false) {
  return parseGitRequest(Buffer.from(text), { whole });
}

describe('a request of git', () => {
  it('has attributes, the last value of each, and lists', () => {
    const request = parse('capability[]=authtype\nhost=a\nhost=b=c\nwwwauth[]=x\nwwwauth[]=\nwwwauth[]=y z\nusername=\n\nhost=later\n');
    expect(Object.fromEntries(request?.attributes ?? [])).toEqual({ host: 'b=c', username: '' });
    expect(request?.lists.get('wwwauth[]')).toEqual(['y z']);
    expect(request !== null && knowsAuthtype(request)).toBe(true);
  });

  it('has keys as they are written, however short, and a list from its first value on', () => {
    const request = parse('\ufeffa=b\nc=d\ncapability[]=authtype\n');
    expect(Object.fromEntries(request?.attributes ?? [])).toEqual({ '\ufeffa': 'b', c: 'd' });
    expect(request?.lists.get('capability[]')).toEqual(['authtype']);
  });

  it.each(['host=a\n', 'capability[]=state\n'])('knows nothing of what it does not say: %j', (text) => {
    const request = parse(text) ?? { attributes: new Map(), lists: new Map() };
    expect([knowsAuthtype(request), isEphemeral(request), expiryIn(request)]).toEqual([false, false, undefined]);
  });

  it.each(['host', '=x\n', 'a=b\nnonsense\n', 'a=\0\n'])('is not %j', (text) => {
    expect(parse(text)).toBeNull();
  });

  it('is not bytes that are no UTF-8', () => {
    expect(parseGitRequest(Buffer.from('password=\xff\n', 'latin1'), { whole: false })).toBeNull();
  });

  it('that changes something has to have come to its end', () => {
    expect(parse('protocol=https\nhost=a\npassw=or', true)).toBeNull();
    expect(parse('protocol=https\nhost=a\n', true)).not.toBeNull();
    expect(parse('', true)).toBeNull();
  });

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['', false],
    ['No', false],
  ])('with ephemeral=%s is ephemeral: %s', (value, expected) => {
    const request = parse(`ephemeral=${value}\n`);
    expect(request !== null && isEphemeral(request)).toBe(expected);
  });

  it.each([
    ['1700000000', 1_700_000_000],
    ['0', undefined],
    ['-5', undefined],
    ['99999999999999999999', undefined],
    ['soon', undefined],
  ])('with password_expiry_utc=%s expires at %s', (value, expected) => {
    const request = parse(`password_expiry_utc=${value}\n`);
    expect(request === null ? null : expiryIn(request)).toBe(expected);
  });
});

describe('an answer', () => {
  it('says what it can do before it does it', () => {
    expect(formatCredential({ ...nothing, authtype: 'Bearer', credential: 'x', username: 'me' })).toBe(
      'capability[]=authtype\nauthtype=Bearer\ncredential=x\nusername=me\n',
    );
  });

  it('says all that there is of a password, and of a header that is whole', () => {
    expect(formatCredential({ ...nothing, username: 'me', password: 'p', passwordExpiry: 2000, refreshToken: 'r' })).toBe(
      'username=me\npassword=p\npassword_expiry_utc=2000\noauth_refresh_token=r\n',
    );
    for (const half of [{ authtype: 'Bearer' }, { credential: 'x' }]) {
      expect(formatCredential({ ...nothing, ...half, username: 'me' })).toBe('username=me\n');
    }
  });

  it('is as git reads it, whatever the values; or none where a value would be more than a line', () => {
    const value = fc.option(
      fc.string({
        unit: fc.oneof(fc.constantFrom('\n', '\r', '\0', '=', ' '), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
      }),
    );
    fc.assert(
      fc.property(fc.record({ username: value, password: value, refreshToken: value }), (values) => {
        const told = formatCredential({ ...nothing, ...values });
        const broken = Object.values(values).some((text) => text !== null && /[\n\0]|\r$/.test(text));
        if (told === null) expect(broken).toBe(true);
        else {
          const read = parse(told)?.attributes;
          expect(read?.get('username') ?? null).toBe(values.username);
          expect(read?.get('password') ?? null).toBe(values.password);
          expect(read?.get('oauth_refresh_token') ?? null).toBe(values.refreshToken);
        }
      }),
    );
  });
});
