import { describe, expect, it } from 'vitest';
import { describeOutcome } from '../../torture/frame/report.ts';
import { runTrial } from '../../torture/frame/run-trial.ts';
import type { Trial } from '../../torture/frame/trial.ts';

/** The short version of trials, each with a seed of its own: what fails says how to repeat it. */
export function tryShortly(trials: readonly Trial[]): void {
  describe.each(trials)('$name', (trial) => {
    it(`holds: ${trial.passes}`, async () => {
      const seed = `${trial.name}-${String(Date.now())}`;
      const outcome = await runTrial(trial, { seed, full: false, minutes: null });
      if (outcome.skipped !== null) process.stderr.write(`\n*** ${describeOutcome(outcome)} ***\n\n`);
      expect(outcome.failed, describeOutcome(outcome)).toBe(0);
    });
  });
}
