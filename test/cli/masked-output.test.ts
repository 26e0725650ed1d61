import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { maskOutput, pipePatience, terminalPatience } from '../../src/cli/run/masked-output.ts';
import { maskText } from '../../src/core/mask.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function output(patience: typeof pipePatience) {
  const shown: string[] = [];
  const masked = maskOutput(['first secret'], patience, (bytes) => shown.push(bytes.toString()));
  return { shown, write: (text: string) => masked.write(Buffer.from(text)), flush: () => masked.flush() };
}

it.each([
  ['a pipe', pipePatience],
  ['a terminal', terminalPatience],
])('what may be the beginning of a secret waits on %s for the rest, and then is shown', (_, patience) => {
  const { shown, write } = output(patience);
  write('at once, first');
  vi.advanceTimersByTime(patience.more - 1);
  write(' secret');
  vi.advanceTimersByTime(patience.more);
  expect(shown.join('')).toBe(`at once, ${maskText}`);
  write('\nfi');
  vi.advanceTimersByTime(patience.few - 1);
  expect(shown.join('')).toBe(`at once, ${maskText}\n`);
  vi.advanceTimersByTime(1);
  expect(shown.join('')).toBe(`at once, ${maskText}\nfi`);
});

it('every piece begins the waiting anew, and at the end nothing is left', () => {
  const { shown, write, flush } = output(pipePatience);
  for (const piece of ['fir', 'st ', 'sec']) {
    write(piece);
    vi.advanceTimersByTime(pipePatience.more - 1);
  }
  expect(shown).toEqual([]);
  flush();
  expect(shown).toEqual(['first sec']);
  vi.advanceTimersByTime(pipePatience.more);
  expect(shown).toEqual(['first sec']);
});
