import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const common = {
  pool: 'forks',
  // Nothing of ours lives in a module: files can share a process, which loads everything once.
  isolate: false,
  // Real key derivations, real processes and a terminal: on a busy machine a test may take many seconds; one that hangs takes this long.
  testTimeout: 90_000,
  hookTimeout: 120_000,
  // A test that needs a second try hides a fault.
  retry: 0,
  restoreMocks: true,
  unstubEnvs: true,
  globalSetup: 'test/support/global-setup.ts',
} as const;

const endToEnd = 'test/e2e/**/*.test.ts';

/** Project after project, for the processes of one are of no use to another; the longest first and last the shortest, so that none is left alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) =>
      moduleId.includes('/test/torture/') ? -1 : ['parts', 'node', 'native'].indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** What is tried with the real command line is tried twice: with the native program, and with the one that Node.js runs. */
export default defineConfig({
  test: {
    // One more than the cores of a small machine: tests wait for processes as often as they work.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: { ...common, name: 'parts', include: ['test/**/*.test.ts'], exclude: [endToEnd], setupFiles: 'test/support/same-values.ts' },
      },
      { test: { ...common, name: 'native', include: [endToEnd], env: { VAULTD_NATIVE: '1' } } },
      { test: { ...common, name: 'node', include: [endToEnd], env: { VAULTD_NATIVE: '0' } } },
    ],
  },
});
