import { describe, expect, it } from 'vitest';
import { describeOutcome } from '../../torture/frame/report.ts';
import { runTrial } from '../../torture/frame/run-trial.ts';
import type { Trial } from '../../torture/frame/trial.ts';

/** The short version of trials, always with the same seeds: chance is for the full runs. */
export function tryShortly(trials: readonly Trial[]): void {
  describe.each(trials)('$name', (trial) => {
    it(`holds: ${trial.passes}`, async () => {
      const outcome = await runTrial(trial, { seed: trial.name, full: false, minutes: null });
      if (outcome.skipped !== null) process.stderr.write(`\n*** ${describeOutcome(outcome)} ***\n\n`);
      expect(outcome.failed, describeOutcome(outcome)).toBe(0);
    });
  });
}
