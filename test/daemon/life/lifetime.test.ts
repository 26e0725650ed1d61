import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lifetime } from '../../../src/daemon/life/lifetime.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function start({ stay = false } = {}) {
  const state = { sessions: 0, working: 0, onTcp: 0, ended: false };
  const lifetime = new Lifetime({
    stay,
    sessions: () => state.sessions,
    working: (way) => (way === 'tcp' ? state.onTcp : state.working),
    end: () => {
      state.ended = true;
    },
  });
  return { state, lifetime };
}

describe('a daemon that nobody logged into', () => {
  it('ends after 60 quiet seconds', () => {
    const { state } = start();
    vi.advanceTimersByTime(59_999);
    expect(state.ended).toBe(false);
    vi.advanceTimersByTime(1);
    expect(state.ended).toBe(true);
  });

  it('goes on while somebody asks something', () => {
    const { state, lifetime } = start();
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(59_000);
      lifetime.touched();
    }
    expect(state.ended).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(state.ended).toBe(true);
  });

  it('goes on while a login is under way, however long that takes', () => {
    const { state } = start();
    state.working = 1;
    vi.advanceTimersByTime(120_000);
    expect(state.ended).toBe(false);
    state.working = 0;
    vi.advanceTimersByTime(60_000);
    expect(state.ended).toBe(true);
  });

  it('goes on while a login on the TCP port is under way', () => {
    const { state } = start();
    state.onTcp = 1;
    vi.advanceTimersByTime(120_000);
    expect(state.ended).toBe(false);
  });

  it('stays where it was told to', () => {
    const { state } = start({ stay: true });
    vi.advanceTimersByTime(600_000);
    expect(state.ended).toBe(false);
  });
});

describe('a daemon that somebody logged into', () => {
  const loggedIn = (options?: { stay: boolean }) => {
    const daemon = start(options);
    daemon.state.sessions = 1;
    daemon.lifetime.rested();
    return daemon;
  };

  it('does not end for being quiet', () => {
    const { state } = loggedIn();
    vi.advanceTimersByTime(600_000);
    expect(state.ended).toBe(false);
  });

  it('ends with the last session, once the answer is on its way', () => {
    const { state, lifetime } = loggedIn();
    state.sessions = 0;
    lifetime.rested();
    expect(state.ended).toBe(false);
    vi.advanceTimersByTime(0);
    expect(state.ended).toBe(true);
  });

  it('waits for a login under way, and goes on with its session', () => {
    const { state, lifetime } = loggedIn();
    Object.assign(state, { sessions: 0, working: 1 });
    lifetime.rested();
    vi.advanceTimersByTime(0);
    expect(state.ended).toBe(false);
    Object.assign(state, { sessions: 1, working: 0 });
    lifetime.rested();
    vi.advanceTimersByTime(0);
    expect(state.ended).toBe(false);
  });

  it('does not wait for logins on the TCP port: strangers could keep it for ever', () => {
    const { state, lifetime } = loggedIn();
    Object.assign(state, { sessions: 0, onTcp: 5 });
    lifetime.rested();
    vi.advanceTimersByTime(0);
    expect(state.ended).toBe(true);
  });

  it('ends when that login fails', () => {
    const { state, lifetime } = loggedIn();
    Object.assign(state, { sessions: 0, working: 1 });
    lifetime.rested();
    vi.advanceTimersByTime(0);
    state.working = 0;
    lifetime.rested();
    vi.advanceTimersByTime(0);
    expect(state.ended).toBe(true);
  });

  it('stays where it was told to', () => {
    const { state, lifetime } = loggedIn({ stay: true });
    state.sessions = 0;
    lifetime.rested();
    vi.advanceTimersByTime(600_000);
    expect(state.ended).toBe(false);
  });
});
