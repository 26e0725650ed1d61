import { describe, expect, it } from 'vitest';
import type { Way } from '../../../src/daemon/environment.ts';
import { type Attempt, Attempts } from '../../../src/daemon/password/attempts.ts';
import { TestClock } from '../test-daemon.ts';

/** Only the monotonic clock counts here, and only as far as a test moves it. */
class StillClock extends TestClock {
  #now = 0;

  override monotonic(): number {
    return this.#now;
  }

  override advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

const attempt = (way: Way, account = 'alice', exists = true): Attempt => ({ way, account, exists });

function setUp() {
  const clock = new StillClock();
  const attempts = new Attempts(Buffer.alloc(32, 1), clock);
  /** Seconds to wait before the next attempt is heard. */
  const wait = (whose: Attempt): number => {
    try {
      attempts.check(whose);
      return 0;
    } catch (error) {
      expect(error).toMatchObject({ code: 'too_many_attempts' });
      return (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds;
    }
  };
  const failTimes = (whose: Attempt, times: number) => {
    for (let i = 0; i < times; i++) attempts.failed(whose);
  };
  return { clock, attempts, wait, failTimes };
}

describe('failed attempts', () => {
  it('cost nothing before the fifth', () => {
    const { wait, failTimes } = setUp();
    failTimes(attempt('socket'), 4);
    expect(wait(attempt('socket'))).toBe(0);
  });

  it.each([
    ['socket', [1, 2, 4, 5, 5, 5]],
    ['tcp', [1, 2, 4, 8, 16, 32, 60, 60]],
  ] as const)('from the fifth on cost twice as long each time on the %s, up to its limit', (way, seconds) => {
    const { clock, attempts, wait, failTimes } = setUp();
    failTimes(attempt(way), 4);
    for (const expected of seconds) {
      attempts.failed(attempt(way));
      expect(wait(attempt(way))).toBe(expected);
      clock.advance(expected * 1000 - 1);
      expect(wait(attempt(way))).toBe(1);
      clock.advance(1);
      expect(wait(attempt(way))).toBe(0);
    }
  });

  it('are forgotten after a success', () => {
    const { clock, attempts, wait, failTimes } = setUp();
    failTimes(attempt('tcp'), 9);
    clock.advance(60_000);
    attempts.succeeded(attempt('tcp'));
    failTimes(attempt('tcp'), 4);
    expect(wait(attempt('tcp'))).toBe(0);
  });

  it('on the TCP port do not keep the owner off the socket, nor one account off because of another', () => {
    const { wait, failTimes } = setUp();
    failTimes(attempt('tcp'), 20);
    expect(wait(attempt('tcp'))).toBe(60);
    expect(wait(attempt('socket'))).toBe(0);
    expect(wait(attempt('tcp', 'bob'))).toBe(0);
  });

  it('count for accounts that do not exist alike', () => {
    const { wait, failTimes } = setUp();
    failTimes(attempt('tcp', 'nobody', false), 6);
    expect(wait(attempt('tcp', 'nobody', false))).toBe(2);
  });

  it('of an account that exists are not pushed out of memory by any number of invented ones', () => {
    const { wait, failTimes } = setUp();
    failTimes(attempt('tcp'), 6);
    for (let i = 0; i < 5000; i++) failTimes(attempt('tcp', `invented ${String(i)}`, false), 6);
    expect(wait(attempt('tcp'))).toBe(2);
    expect(wait(attempt('tcp', 'invented 4999', false))).toBe(2);
    // Of the invented ones only so many are remembered.
    expect(wait(attempt('tcp', 'invented 0', false))).toBe(0);
  });
});
