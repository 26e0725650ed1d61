// @ts-check
/**
 * What the tests of src/core import from vitest, for scripts/mutation/runner.js: the same code without vitest's own processes. What is
 * not here, no test of src/core uses so far: one that does fails before a fault is tried.
 */
import { chai, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from '@vitest/expect';

export { afterAll, beforeAll, describe, it } from '@vitest/runner';

for (const part of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(part);

export const expect = /** @type {import('@vitest/expect').ExpectStatic} */ (/** @type {unknown} */ (chai.expect));
setState({}, expect);
Reflect.set(globalThis, GLOBAL_EXPECT, expect);

/** @returns {string} the folder for the tests' files: all that the tests are given */
export function inject() {
  const folder = process.env['MUTATION_TEMPORARY'];
  if (folder === undefined) throw new Error('MUTATION_TEMPORARY names the folder for the files of tests');
  return folder;
}
