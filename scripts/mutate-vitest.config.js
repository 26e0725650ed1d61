// @ts-check
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const { MUTATION_TESTS: tests = '', MUTATION_TEMPORARY: temporary = '' } = process.env;

/** @type {import('vitest/node').Vitest | undefined} */
let vitest;

/** Stryker asks for tests that failed. A test file that a fault keeps from being loaded has none, so it is given one. */
/** @type {import('vitest/node').Reporter} */
const reporter = {
  onInit: (started) => {
    vitest = started;
  },
  onTestModuleEnd: ({ moduleId }) => {
    for (const file of vitest?.state.getFiles([moduleId]) ?? []) {
      if (file.result?.state !== 'fail' || file.tasks.length > 0) continue;
      const loading = { type: 'test', name: 'can be loaded', mode: 'run', result: file.result, file };
      file.tasks.push(/** @type {import('vitest').RunnerTask} */ (/** @type {unknown} */ (loading)));
    }
  },
};

/** How scripts/mutate.js runs the tests that it names: all draw the same values each time, and nothing is built for them. */
export default defineConfig({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  test: {
    include: [tests],
    // They look for crashes and hangs, not for results.
    exclude: ['test/core/formats/hostile.test.ts', 'test/core/formats/fuzzing.test.ts'],
    // Each run has a worker of its own all the same.
    isolate: false,
    provide: { temporary },
    setupFiles: 'scripts/mutate-seed.js',
    reporters: [reporter],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
