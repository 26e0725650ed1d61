import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agentTerm, lookupKinds, type LookupTerm, lookupTerms, lookupValue } from '../../../src/core/lookup/terms.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex } from '../support.ts';

function isKind(kind: string): kind is LookupTerm['kind'] {
  return Object.hasOwn(lookupKinds, kind);
}

describe('what an entry is found by', () => {
  it('is its folded name, and the host of each URL with its parents', () => {
    const entry = { name: 'Work/GitLab', urls: ['https://gitlab.example.co.uk:8443/x', 'ssh://git@gitlab.com', 'some text'] };
    expect(lookupTerms(entry)).toEqual([
      { kind: 'name', term: 'work/gitlab' },
      { kind: 'host', term: 'gitlab.example.co.uk' },
      { kind: 'host', term: 'example.co.uk' },
      { kind: 'host', term: 'co.uk' },
      { kind: 'host', term: 'gitlab.com' },
    ]);
  });

  it('is nothing twice', () => {
    const terms = lookupTerms({ name: 'a.com', urls: ['https://x.a.com/1', 'http://x.a.com/2', 'a.com', 'https://y.a.com'] });
    expect(terms.map(({ kind, term }) => `${kind} ${term}`)).toEqual(['name a.com', 'host x.a.com', 'host a.com', 'host y.a.com']);
  });

  it('is a term of its own where it says anything to the SSH agent', () => {
    const fieldsNamed = (name: string) => ({ name: 'a', urls: [], fields: [{ name, value: 'on', hidden: false }] });
    expect(lookupTerms(fieldsNamed('ssh agent'))).toEqual([{ kind: 'name', term: 'a' }, agentTerm]);
    expect(agentTerm).toEqual({ kind: 'use', term: 'ssh-agent' });
    expect(lookupTerms(fieldsNamed('private key'))).toEqual([{ kind: 'name', term: 'a' }]);
  });

  it('is no host where only the name looks like one', () => {
    expect(lookupTerms({ name: 'github.com', urls: [] })).toEqual([{ kind: 'name', term: 'github.com' }]);
  });
});

describe('the lookup value', () => {
  it.each(vectors.lookup.values)('is that of the format: $kind $term', ({ kind, number, term, value }) => {
    if (!isKind(kind)) throw new Error('unknown kind in the vectors');
    expect(lookupKinds[kind]).toBe(number);
    expect(lookupValue(fromHex(vectors.lookup.key), { kind, term }).toString('hex')).toBe(value);
  });

  it('tells kinds, terms and keys apart', () => {
    const [key, other] = [randomBytes(32), randomBytes(32)];
    const values = [
      lookupValue(key, { kind: 'name', term: 'a.com' }),
      lookupValue(key, { kind: 'host', term: 'a.com' }),
      lookupValue(key, { kind: 'host', term: 'b.com' }),
      lookupValue(other, { kind: 'host', term: 'a.com' }),
    ];
    expect(new Set(values.map((value) => value.toString('hex'))).size).toBe(4);
    expect(values.every((value) => value.length === 16)).toBe(true);
  });
});
