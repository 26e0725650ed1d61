import type { State } from './state.ts';
import type { Style } from './style.ts';
import { count, escapeLine } from './text.ts';

/** The time of the reader's clock, to the minute. */
function clockTime(time: string): string {
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(time));
}

function minutesUntil(time: string, now: number): number {
  return Math.max(0, Math.round((Date.parse(time) - now) / 60_000));
}

function vaultLine({ locked, account, accounts, session }: State, style: Style, now: number): string {
  if (accounts?.length === 0) return `none yet ${style.dim('(vault init creates one)')}`;
  if (locked || session === null) return style.yellow('locked');
  const idle = minutesUntil(session.idleExpiresAt, now);
  const until = `locks after ${count(idle, 'quiet minute')}, at ${clockTime(session.expiresAt)} at the latest`;
  return `${style.green('unlocked')} ${style.dim(`(${account === null ? '' : `${escapeLine(account)}; `}${until})`)}`;
}

function daemonLines({ daemon }: State, style: Style): [string, string][] {
  if (!daemon.running) return [['daemon', style.dim('not running')]];
  const about = [
    daemon.pid === null ? '' : `process ${String(daemon.pid)}`,
    daemon.version === null ? '' : `version ${daemon.version}`,
    daemon.startedAt === null ? '' : `since ${clockTime(daemon.startedAt)}`,
    count(daemon.sessions, 'session'),
  ].filter((part) => part !== '');
  const lines: [string, string][] = [['daemon', `${style.green('running')} ${style.dim(`(${about.join(', ')})`)}`]];
  if (daemon.socket !== null) lines.push(['socket', escapeLine(daemon.socket)]);
  if (daemon.port !== null) lines.push(['address', `http://127.0.0.1:${String(daemon.port)}`]);
  if (daemon.database !== null) lines.push(['database', escapeLine(daemon.database)]);
  return lines;
}

/** How things are, for people. */
export function stateLines(state: State, style: Style, now: number): string[] {
  const rows: [string, string][] = [['vault', vaultLine(state, style, now)], ...daemonLines(state, style)];
  const { accounts } = state;
  if (accounts !== null && accounts.length > 1) rows.push(['accounts', accounts.map(escapeLine).join(', ')]);
  return rows.map(([label, text]) => `${style.dim(label.padEnd(10))}${text}`);
}
