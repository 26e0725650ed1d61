import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Real key derivations, real processes and a terminal: on a busy machine a test may take seconds, one that hangs takes this long.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test that needs a second try hides a fault.
    retry: 0,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
