import { defineConfig } from 'vitest/config';

const common = {
  pool: 'forks',
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

/** What is tried with the real command line is tried twice: with the native program, and with the one that Node.js runs. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'parts', include: ['test/**/*.test.ts'], exclude: [endToEnd] } },
      { test: { ...common, name: 'native', include: [endToEnd], env: { VAULTD_NATIVE: '1' } } },
      { test: { ...common, name: 'node', include: [endToEnd], env: { VAULTD_NATIVE: '0' } } },
    ],
  },
});
