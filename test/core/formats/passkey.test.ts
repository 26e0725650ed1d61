import { describe, expect, it } from 'vitest';
import { newDraft } from '../../../src/core/formats/item.ts';
import { addPasskey, passkeyOf } from '../../../src/core/formats/passkey.ts';

const known = { credentialId: 'AQ-_', rpId: 'a.example', key: 'MIGH', username: 'me', userDisplayName: 'Me', userHandle: 'BA' };
const field = (value: unknown, name = 'passkey a.example', hidden = true) => ({ name, value: JSON.stringify(value), hidden });

describe('a passkey', () => {
  it('is kept in a hidden field, by its site', () => {
    const draft = newDraft('item');
    addPasskey(draft, { a: 1 }, 'a.example');
    addPasskey(draft, { b: 2 }, null);
    expect(draft.fields).toEqual([
      { name: 'passkey a.example', value: '{"a":1}', hidden: true },
      { name: 'passkey', value: '{"b":2}', hidden: true },
    ]);
  });

  it('is one in such a field, with what it has beside', () => {
    expect(passkeyOf(field(known))).toEqual(known);
    expect(passkeyOf(field({ ...known, counter: 0, more: 1 }, 'passkey'))).toEqual(known);
    expect(passkeyOf(field({ ...known, counter: '0', fido2Extensions: { x: 1 } }))).toEqual({ ...known, fido2Extensions: { x: 1 } });
    const { credentialId, rpId, key } = known;
    expect(passkeyOf(field({ credentialId, rpId, key }))).toEqual({ ...known, username: '', userDisplayName: '', userHandle: '' });
  });

  it('is none in another field, without one of its parts, or where its counter was in use', () => {
    for (const other of [
      field(known, 'passkey a.example', false),
      field(known, 'passkeys'),
      field(known, 'a passkey '),
      { ...field(known), value: 'no JSON' },
      field([known]),
      ...['credentialId', 'rpId', 'key'].map((part) => field({ ...known, [part]: undefined })),
      ...['credentialId', 'key'].flatMap((part) => ['a+b', 'a b', '=ab', 'ab='].map((text) => field({ ...known, [part]: text }))),
      field({ ...known, counter: 1 }),
      field({ ...known, counter: '7' }),
    ]) {
      expect([other, passkeyOf(other)]).toEqual([other, null]);
    }
  });
});
