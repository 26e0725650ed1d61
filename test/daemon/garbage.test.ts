import { describe, expect, it } from 'vitest';
import { collectGarbage, createRelief } from '../../src/daemon/garbage.ts';

describe('relief in long work', () => {
  it('collects after every few thousand opened entries, however they come', () => {
    let collected = 0;
    const opened = createRelief(() => (collected += 1));
    for (let node = 0; node < 64; node++) opened(156);
    expect(collected).toBe(3);
    opened(10_000);
    expect(collected).toBe(4);
    opened(1);
    expect(collected).toBe(4);
  });

  it('frees what nobody holds any more', async () => {
    const buffer = new WeakRef(Buffer.alloc(1024 * 1024, 1));
    // What a task has looked at stays until it ends.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(buffer.deref()).toBeUndefined();
  });
});
