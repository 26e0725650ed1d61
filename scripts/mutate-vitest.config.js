// @ts-check
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const { MUTATION_TESTS: tests = '', MUTATION_TEMPORARY: temporary = '' } = process.env;

/** How scripts/mutate.js runs the tests that it names: all draw the same values each time, and nothing is built for them. */
export default defineConfig({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  test: {
    include: [tests],
    provide: { temporary },
    setupFiles: 'scripts/mutate-seed.js',
    testTimeout: 90_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
