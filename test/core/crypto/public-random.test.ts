import { describe, expect, it } from 'vitest';
import { publicRandom } from '../../../src/core/crypto/public-random.ts';

describe('random bytes that anybody may see', () => {
  it('never come twice, however many are drawn, and are as many as were asked for', () => {
    const drawn = Array.from({ length: 5000 }, () => publicRandom(32));
    expect(drawn.every(({ length }) => length === 32)).toBe(true);
    expect(new Set(drawn.map((bytes) => bytes.toString('hex'))).size).toBe(5000);
  });

  it('stay as they were when more are drawn', () => {
    const first = publicRandom(16);
    const before = first.toString('hex');
    for (let draw = 0; draw < 1000; draw++) publicRandom(16);
    expect(first.toString('hex')).toBe(before);
  });

  it('come up to 4096 at once, and not more', () => {
    expect(publicRandom(4096).length).toBe(4096);
    expect(() => publicRandom(4097)).toThrow(RangeError);
  });
});
