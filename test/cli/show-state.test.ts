import { expect, it } from 'vitest';
import { stateLines } from '../../src/cli/show-state.ts';
import { createStyle } from '../../src/cli/style.ts';

it('the hour after midnight is 00, whatever the locale', () => {
  const midnight = new Date(2026, 0, 2, 0, 5).toISOString();
  const daemon = {
    running: true,
    pid: 7,
    version: '0.1.0',
    protocol: 1,
    startedAt: midnight,
    socket: '/s',
    port: null,
    database: '/d',
    sessions: 1,
  };
  const session = { createdAt: midnight, idleExpiresAt: midnight, expiresAt: midnight };
  const lines = stateLines({ daemon, locked: false, account: 'default', accounts: ['default'], session }, createStyle(false), 0);
  expect(lines[0]).toContain('at 00:05 at the latest');
  expect(lines[1]).toContain('since 00:05');
});
