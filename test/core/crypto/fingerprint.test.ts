import { describe, expect, it } from 'vitest';
import { fingerprintReference, fingerprintValue } from '../../../src/core/crypto/fingerprint.ts';
import { formatReference } from '../../../src/core/reference.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex } from '../support.ts';

const { key, entryId, spelling, given, reference, value } = vectors.fingerprint;

describe('a fingerprint', () => {
  it('is that of the format', () => {
    expect(formatReference({ name: 'work/db', username: 'app@example.com', field: 'café' })).toBe(spelling);
    expect(fingerprintReference(fromHex(key), spelling).toString('hex')).toBe(reference);
    const referenced = { reference: spelling, entryId: fromHex(entryId), value: given };
    expect(fingerprintValue(fromHex(key), referenced).toString('hex')).toBe(value);
  });

  it('differs by key, entry, reference and value', () => {
    const base = { reference: 'vault://a/b', entryId: Buffer.alloc(16, 1), value: 'c' };
    const all = [
      fingerprintValue(Buffer.alloc(32, 1), base),
      fingerprintValue(Buffer.alloc(32, 2), base),
      fingerprintValue(Buffer.alloc(32, 1), { ...base, entryId: Buffer.alloc(16, 2) }),
      fingerprintValue(Buffer.alloc(32, 1), { ...base, reference: 'vault://a/bc', value: '' }),
      fingerprintValue(Buffer.alloc(32, 1), { ...base, value: 'd' }),
    ];
    expect(new Set(all.map((one) => one.toString('hex'))).size).toBe(5);
  });
});
