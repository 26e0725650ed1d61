import { expect, it } from 'vitest';
import { makeRoomForListing } from '../../../src/daemon/sessions/room.ts';

it('what sessions keep of their listings is bounded: of those unused longest it goes first, and never of the one that asks', () => {
  const session = (usedAt: number, bytes: number | null) => ({
    used: { wall: usedAt, monotonic: usedAt },
    listing: bytes === null ? null : [Buffer.alloc(bytes - 1), Buffer.alloc(1)],
  });
  const [recent, old, oldest, empty, asking] = [session(30, 40), session(20, 40), session(10, 40), session(5, null), session(0, 60)];
  makeRoomForListing(asking, [recent, old, oldest, empty, asking], { wall: 40, monotonic: 40 }, 140);
  expect([recent, old, oldest, asking].map(({ listing }) => listing !== null)).toEqual([true, true, false, true]);
  makeRoomForListing(asking, [recent, old, asking], { wall: 40, monotonic: 40 }, 10);
  expect([recent, old, asking].map(({ listing }) => listing !== null)).toEqual([false, false, true]);
});
