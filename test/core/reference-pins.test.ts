import { describe, expect, it } from 'vitest';
import { formatPins, parsePins } from '../../src/core/reference-pins.ts';
import { vaultError } from './support.ts';

const pin = (byte: number) => ({
  reference: Buffer.alloc(16, byte).toString('base64url'),
  value: Buffer.alloc(32, byte).toString('base64url'),
});

describe('the file of pins', () => {
  it('is read as it was written, whatever the order and whatever a program did to its line ends', () => {
    const text = formatPins([pin(7), pin(3)]);
    expect(text).toBe(formatPins([pin(3), pin(7)]));
    expect(parsePins(text)).toEqual([pin(3), pin(7)]);
    expect(parsePins(text.replaceAll('\n', '\r\n'))).toEqual([pin(3), pin(7)]);
    expect(formatPins([])).toBe(
      '# Fingerprints of secrets: vault run --locked. They are keyed, and tell nothing without the vault.\nvault-lock 1\n',
    );
    expect(parsePins(formatPins([]))).toEqual([]);
  });

  it.each([
    '',
    'vault-lock 2\n',
    'vault-lock 1\nshort short\n',
    `vault-lock 1\nx${pin(1).reference} ${pin(1).value}\n`,
    `vault-lock 1\n${pin(1).reference} ${pin(1).value} more\n`,
    '<<<<<<< HEAD\nvault-lock 1\n',
  ])('%j is no such file', (text) => {
    expect(() => parsePins(text)).toThrow(vaultError('unsupported_format', 'restore it, or remove it and pin what there is now'));
  });
});
