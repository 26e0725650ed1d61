import { VaultError } from '../core/errors.ts';

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of a length of time as people write it: `90s`, `15m`, `1h`, `30d`. `usage` for anything else. */
export function secondsOf(text: string, option: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
  const seconds = Object.entries(units).find(([name]) => name === unit)?.[1];
  if (seconds !== undefined) return Number(number) * seconds;
  throw new VaultError('usage', `${option} must be a number of seconds, minutes, hours or days`, { hint: 'for example 30m, 8h or 7d' });
}
