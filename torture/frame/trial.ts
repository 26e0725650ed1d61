import type { Run } from './run.ts';

/** One thing that docs/security.md promises, and a program that tries to break it. */
export interface Trial {
  /** What `npm run torture -- NAME` calls it. */
  readonly name: string;
  /** What is tried, in a line. */
  readonly what: string;
  /** What must hold, in a line. */
  readonly passes: string;
  /** Why it cannot be tried here (another system, a program that is missing); null where it can. */
  readonly impossible?: () => string | null;
  readonly run: (run: Run) => Promise<void>;
}
