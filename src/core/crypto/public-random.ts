import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafeSlow(4096);
let used = pool.length;

/**
 * Random bytes that anybody may see as soon as they are used: ids, and values that fill a number up. Drawn many at a time, since each draw
 * costs as much as an HMAC, whatever its length. Never a key: what is drawn lies in memory until it is used.
 *
 * @param length at most 4096
 */
export function publicRandom(length: number): Buffer {
  if (length > pool.length) throw new RangeError('so many random bytes are not drawn at once');
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return Buffer.from(pool.subarray(used - length, used));
}
