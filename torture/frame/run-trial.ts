import { type Outcome, Run, type RunOptions } from './run.ts';
import type { Trial } from './trial.ts';

/** Runs a trial to its end, whatever happens in it. What it throws is a failure; so is a run that tried nothing. */
export async function runTrial(trial: Trial, options: RunOptions): Promise<Outcome> {
  const run = new Run(options);
  const skipped = trial.impossible?.() ?? null;
  if (skipped !== null) return run.outcome(trial.name, skipped);
  try {
    await trial.run(run);
  } catch (error) {
    run.failed(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await run.end();
  }
  if (run.progress() === '') run.failed('nothing was tried');
  return run.outcome(trial.name, null);
}
