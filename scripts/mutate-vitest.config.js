// @ts-check
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const { MUTATION_TESTS: tests = '', MUTATION_TEMPORARY: temporary = '' } = process.env;

/** @type {import('vitest/node').Vitest | undefined} */
let vitest;

/** Stryker asks for the tests that failed: a file that cannot be loaded, or prepared, has none. As an error of the run it hears of it. */
/** @type {import('vitest/node').Reporter} */
const reporter = {
  onInit: (started) => {
    vitest = started;
  },
  onTestModuleEnd: (file) => {
    for (const error of [file, ...file.children.allSuites()].flatMap((part) => part.errors())) {
      vitest?.state.catchError(error, 'Unhandled Error');
    }
  },
};

/** How scripts/mutate.js runs the tests that it names: all draw the same values each time, and nothing is built for them. */
export default defineConfig({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  test: {
    include: [tests],
    provide: { temporary },
    setupFiles: 'scripts/mutate-seed.js',
    reporters: [reporter],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
