/** How a password is generated where a request leaves something open: `generate.*` of the configuration. */
export interface GeneratorDefaults {
  readonly length: number;
  /** Words instead of characters; null for characters. */
  readonly words: number | null;
  readonly separator: string;
  readonly upper: boolean;
  readonly lower: boolean;
  readonly digits: boolean;
  readonly symbols: boolean;
  /** Whether characters that are easily mistaken for another may appear. */
  readonly ambiguous: boolean;
  readonly exclude: string;
  readonly minDigits: number;
  readonly minSymbols: number;
}

export const generatorDefaults: GeneratorDefaults = {
  length: 20,
  words: null,
  separator: '-',
  upper: true,
  lower: true,
  digits: true,
  symbols: true,
  ambiguous: true,
  exclude: '',
  minDigits: 0,
  minSymbols: 0,
};
