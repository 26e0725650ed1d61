import { expect, it } from 'vitest';
import { version } from '../../src/core/version.ts';

it('sources that run without a build call themselves older than any release', () => {
  expect(version).toBe('0.0.0');
});
