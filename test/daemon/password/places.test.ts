import { describe, expect, it } from 'vitest';
import { DerivationPlaces } from '../../../src/daemon/password/places.ts';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('the places for key derivations', () => {
  it('are one that runs and four that wait on TCP; the next is refused at once', async () => {
    const places = new DerivationPlaces();
    const gates = Array.from({ length: 5 }, gate);
    const finished: number[] = [];
    let running = 0;
    const works = gates.map((one, i) =>
      places.take('tcp', async () => {
        running += 1;
        expect(running).toBe(1);
        await one.opened;
        running -= 1;
        finished.push(i);
      }),
    );
    await expect(places.take('tcp', async () => undefined)).rejects.toMatchObject({
      code: 'too_many_attempts',
      details: { retryAfterSeconds: 1 },
    });
    for (const { open } of gates) open();
    await Promise.all(works);
    expect(finished).toEqual([0, 1, 2, 3, 4]);
    expect(await places.take('tcp', async () => 'free again')).toBe('free again');
  });

  it('keep one for the socket, however full TCP is', async () => {
    const places = new DerivationPlaces();
    const full = gate();
    const works = Array.from({ length: 5 }, () => places.take('tcp', () => full.opened));
    expect(await places.take('socket', async () => 'at once')).toBe('at once');
    full.open();
    await Promise.all(works);
  });

  it('are given up by work that fails', async () => {
    const places = new DerivationPlaces();
    const failing = places.take('tcp', async () => {
      throw new Error('it failed');
    });
    const next = places.take('tcp', async () => 'next');
    await expect(failing).rejects.toThrow('it failed');
    expect(await next).toBe('next');
    expect(await places.take('tcp', async () => 'and again')).toBe('and again');
  });
});
