import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BreachedHashes, type RandomAccess } from '../../../src/core/audit/breached-hashes.ts';
import { thrownBy, vaultError } from '../support.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

/** A file in memory that counts how often it is read. */
function fileOf(content: string | Buffer): RandomAccess & { readonly reads: number } {
  const bytes = Buffer.from(content);
  let reads = 0;
  return {
    size: bytes.length,
    read: (offset, length) => {
      reads += 1;
      return bytes.subarray(offset, offset + length);
    },
    get reads() {
      return reads;
    },
  };
}

function listOf(hashes: readonly string[], { end = '\r\n', counts = true, lastEnd = true } = {}): string {
  const lines = [...hashes].sort().map((hash, i) => (counts ? `${hash}:${String(i + 1)}` : hash));
  return lines.join(end) + (lastEnd ? end : '');
}

const many = Array.from({ length: 50_000 }, (_, i) => sha1(`password ${String(i)}`)).sort();

describe('a list of breached passwords', () => {
  it.each([
    ['as it is downloaded', {}],
    ['with line feeds', { end: '\n' }],
    ['without an end of its last line', { lastEnd: false }],
  ])('tells how often each was seen, %s', (_, form) => {
    const list = new BreachedHashes(fileOf(listOf(many, form)));
    for (const [i, hash] of many.entries()) if (i % 97 === 0 || i < 100 || i > 49_900) expect(list.count(hash)).toBe(i + 1);
    for (let i = 0; i < 500; i++) expect(list.count(sha1(`other ${String(i)}`))).toBe(0);
    expect([list.count('0'.repeat(40)), list.count('F'.repeat(40))]).toEqual([0, 0]);
  });

  it('tells what it has where it has no counts, or small letters', () => {
    const list = new BreachedHashes(fileOf(listOf(many, { counts: false }).toLowerCase()));
    expect(list.count(many[700] ?? '')).toBeNull();
    expect(list.count(sha1('other'))).toBe(0);
  });

  it('is searched by few looks', () => {
    const file = fileOf(listOf(many));
    const list = new BreachedHashes(file);
    const before = file.reads;
    for (let i = 0; i < 1000; i++) list.count(sha1(`other ${String(i)}`));
    expect((file.reads - before) / 1000).toBeLessThan(1.8);
  });

  it('is searched right however few or unevenly spread its hashes are', () => {
    const digits = fc
      .array(fc.constantFrom('0', '1', 'A', 'F'), { minLength: 1, maxLength: 40 })
      .map((some) => some.join('').padEnd(40, '0'));
    fc.assert(
      fc.property(fc.uniqueArray(digits, { minLength: 1, maxLength: 300 }), digits, (hashes, other) => {
        const list = new BreachedHashes(fileOf(listOf(hashes)));
        const sorted = [...hashes].sort();
        for (const [i, hash] of sorted.entries()) if (i % 7 === 0) expect(list.count(hash)).toBe(i + 1);
        expect(list.count(other)).toBe(sorted.indexOf(other) + 1);
      }),
    );
    const clumped = Array.from({ length: 20_000 }, (_, i) => `${i < 19_990 ? '7' : 'E'}${i.toString(16).toUpperCase().padStart(39, '0')}`);
    const file = fileOf(listOf(clumped));
    const list = new BreachedHashes(file);
    let most = 0;
    for (let i = 0; i < clumped.length; i += 501) {
      const before = file.reads;
      expect(list.count(clumped[i] ?? '')).toBe(i + 1);
      most = Math.max(most, file.reads - before);
    }
    expect(most).toBeLessThan(15);
  });

  /** Zeros, as a disk may leave them in place of what was not written. */
  function holed(from: number, length: number): Buffer {
    return Buffer.from(listOf(many)).fill(0, from, from + length);
  }

  const halves = [...many.slice(25_000), ...many.slice(0, 25_000)].map((hash) => `${hash}:1`).join('\n');
  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /is empty/],
    ['another file', 'name,password\nx,y\n', /is none/],
    ['NTLM hashes', `${'0'.repeat(32)}:3\r\n${'1'.repeat(32)}:3\r\n`, /NTLM/],
    ['the answer for one prefix', `${'0'.repeat(35)}:3\r\n`, /one prefix/],
    ['7-Zip', Buffer.from('377abcaf271c0004', 'hex'), /is packed/],
    ['gzip', Buffer.from('1f8b0800', 'hex'), /is packed/],
    ['ZIP', Buffer.from('504b030414', 'hex'), /is packed/],
    ['Zstandard', Buffer.from('28b52ffd04', 'hex'), /is packed/],
    ['xz', Buffer.from('fd377a585a00', 'hex'), /is packed/],
    ['hashes of another length', `${'0'.repeat(41)}:3\r\n`, /is none/],
    ['a list whose end is another', `${listOf(many.slice(0, 3))}what is this\n`, /no hash/],
    ['lines that are too long', `${'0'.repeat(40)}\n${'x'.repeat(10_000)}`, /no hash/],
    ['a list ordered by prevalence', many.map((_, i) => `${sha1(String(i))}:${String(50_000 - i)}\n`).join(''), /not sorted/],
    ['two lists, one after the other', halves, /not sorted/],
    ['a list that was cut off', listOf(many).slice(0, -30), /no hash/],
    ['zeros', Buffer.alloc(100_000), /is none/],
    ['a list with a hole in it', holed(1_000_000, 50_000), /no hash/],
  ])('is told from %s', (_, content, message) => {
    const error = thrownBy(() => new BreachedHashes(fileOf(content)));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(String(error)).toMatch(message);
  });

  const wanted = 'it has to be the list of SHA-1 hashes, ordered by hash, unpacked';
  const downloader = `PwnedPasswordsDownloader makes it; ${wanted}`;
  it.each<[string, string | Buffer, string]>([
    ['empty', '', downloader],
    ['another file', 'name,password\n', downloader],
    ['packed', Buffer.from('377abcaf', 'hex'), 'unpack it first'],
    ['of NTLM hashes', `${'0'.repeat(32)}:3\n`, wanted],
    ['of NTLM hashes alone', `${'a'.repeat(32)}\r\n`, wanted],
    ['of NTLM hashes often seen', `${'a'.repeat(32)}:123\r\n`, wanted],
    ['of one prefix, often seen', `${'0'.repeat(35)}:123\r\n`, 'put the parts together, or let PwnedPasswordsDownloader do so'],
    ['of one prefix', `${'0'.repeat(35)}:3\n`, 'put the parts together, or let PwnedPasswordsDownloader do so'],
    ['not sorted', halves, 'the one ordered by prevalence cannot be searched; take the one ordered by hash'],
    ['cut off', listOf(many).slice(0, -30), wanted],
  ])('that is none tells what helps: %s', (_, content, hint) => {
    expect(thrownBy(() => new BreachedHashes(fileOf(content)))).toEqual(vaultError('invalid_request', hint));
  });

  it('that is damaged somewhere is noticed by who looks there', () => {
    const lines = listOf(many, { end: '\n' }).split('\n');
    for (let i = 30_000; i < 30_100; i++) lines[i] = 'what is this';
    const list = new BreachedHashes(fileOf(lines.join('\n')));
    expect(thrownBy(() => list.count(many[30_050] ?? ''))).toEqual(vaultError('invalid_request'));

    // Between two of the 64 places that are looked at first.
    const size = Buffer.byteLength(listOf(many));
    const begin = Math.floor((size * 26.3) / 64);
    const hole = new BreachedHashes(fileOf(holed(begin, 12_000)));
    const within = Math.floor((50_000 * (begin + 6000)) / size);
    expect(thrownBy(() => hole.count(many[within] ?? ''))).toEqual(vaultError('invalid_request', wanted));
  });
});
