import { VaultError } from './errors.ts';

/** What a file of `vault run --locked` says of one reference: which one it is, and what it gave. Both are keyed: they tell nothing without the vault. */
export interface Pin {
  /** base64url of 16 bytes. */
  readonly reference: string;
  /** base64url of 32 bytes. */
  readonly value: string;
}

const heading = '# Fingerprints of secrets: vault run --locked. They are keyed, and tell nothing without the vault.';
const format = 'vault-lock 1';

/** The file's text. Sorted, so that it does not even tell the order in which references were given, and merges well. */
export function formatPins(pins: readonly Pin[]): string {
  return `${[heading, format, ...pins.map(({ reference, value }) => `${reference} ${value}`).sort()].join('\n')}\n`;
}

/** The reverse. Throws `unsupported_format` for anything else. */
export function parsePins(text: string): Pin[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const pins = lines.slice(1).map((line) => /^([\w-]{22}) ([\w-]{43})$/.exec(line));
  if (lines[0] !== format || pins.includes(null)) {
    throw new VaultError('unsupported_format', 'this is no file of vault run --locked', {
      hint: 'restore it, or remove it and pin what there is now',
    });
  }
  return pins.flatMap((match) => (match === null ? [] : [{ reference: match[1] ?? '', value: match[2] ?? '' }]));
}
