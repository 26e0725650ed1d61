import { expect, it } from 'vitest';
import { defaultAccount } from '../../src/core/limits.ts';

it('the account that is meant where none is named keeps its name: every vault made without one is stored under it', () => {
  expect(defaultAccount).toBe('default');
});
