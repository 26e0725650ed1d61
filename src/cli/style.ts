import type { Environment } from './environment.ts';

export type ColorMode = 'auto' | 'always' | 'never';

/** What wraps a text in a colour; all of them are the identity where colours are off. */
export interface Style {
  readonly enabled: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): each pair switches on and off one aspect alone, so that styles nest. */
function sgr(enabled: boolean, on: number, off: number): (text: string) => string {
  return (text) => (enabled && text !== '' ? `\u001b[${String(on)}m${text}\u001b[${String(off)}m` : text);
}

export function createStyle(enabled: boolean): Style {
  return {
    enabled,
    bold: sgr(enabled, 1, 22),
    dim: sgr(enabled, 2, 22),
    red: sgr(enabled, 31, 39),
    green: sgr(enabled, 32, 39),
    yellow: sgr(enabled, 33, 39),
    cyan: sgr(enabled, 36, 39),
  };
}

/** Whether a stream gets colours: as `--color` says, else where it is a terminal and neither `NO_COLOR` (no-color.org) nor `TERM=dumb` is set. */
export function wantsColor(mode: ColorMode, env: Environment, isTerminal: boolean): boolean {
  if (mode !== 'auto') return mode === 'always';
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
