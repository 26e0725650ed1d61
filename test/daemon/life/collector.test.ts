import { setTimeout } from 'node:timers/promises';
import { describe, it, onTestFinished } from 'vitest';
import { Collector } from '../../../src/daemon/life/collector.ts';
import { eventually } from '../../support/eventually.ts';

/** Whether an object is still in memory, without keeping it there. */
function watched(): { readonly gone: () => boolean } {
  const reference = new WeakRef(Buffer.alloc(32 * 1024 * 1024, 1));
  return { gone: () => reference.deref() === undefined };
}

describe('the collector', () => {
  it('gives back in the pause after a request what the request has left', async () => {
    const collector = new Collector();
    onTestFinished(() => collector.stop());
    const { gone } = watched();
    collector.began();
    collector.ended();
    await eventually(gone, { what: 'the buffer to be collected' });
  });

  it('waits for the end of a request that takes long', async () => {
    const collector = new Collector();
    onTestFinished(() => collector.stop());
    collector.began();
    collector.began();
    collector.ended();
    // Longer than a pause.
    await setTimeout(500);
    const { gone } = watched();
    collector.ended();
    await eventually(gone, { what: 'the buffer to be collected' });
  });
});
