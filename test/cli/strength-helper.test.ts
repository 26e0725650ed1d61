import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createStrengthHelpers } from '../../src/cli/strength-helper.ts';
import { vaultError } from '../core/support.ts';

/** Helpers that are this line of shell. */
function helpers(line: string) {
  return createStrengthHelpers(
    { again: ['/bin/sh', '-c', line, 'sh'], vault: '', vaultd: '', helpers: null, umask: 0o077 },
    { PATH: process.env['PATH'] },
  );
}

describe('helpers that rate passwords', () => {
  it('answer for each password in its turn', async () => {
    const made = helpers('while read -r line; do printf %s "$line" | wc -c; done');
    const rated: number[] = [];
    for (let i = 0; i < 5; i++) await made.rate('x'.repeat(i), [], (guesses) => rated.push(guesses));
    await made.finish();
    made.stop();
    expect(rated.sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 11]);
  });

  it('that end early, or are none, are an error and never waited for', async () => {
    for (const wait of [0, 300]) {
      const made = helpers('exit 1');
      await made.rate('x', [], () => undefined);
      await setTimeout(wait);
      await expect(made.finish()).rejects.toEqual(vaultError('internal'));
      made.stop();
    }
  });
});
