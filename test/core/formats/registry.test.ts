import { describe, expect, it } from 'vitest';
import { fileFormat, importFormats } from '../../../src/core/formats/registry.ts';

describe('the formats that can be imported', () => {
  // Named in the documentation and in scripts.
  it('keep their names', () => {
    expect(importFormats.map(({ name }) => name)).toEqual([
      'bitwarden',
      'kdbx',
      'keepass-xml',
      'keepassxc-csv',
      '1pux',
      '1password-csv',
      'chrome',
      'firefox',
      'apple',
      'lastpass',
      'dashlane',
      'proton',
      'enpass',
      'nordpass',
      'roboform',
      'pass',
      'cxf',
      'vault',
    ]);
  });

  it('are files but for the password store', () => {
    expect(importFormats.filter(({ input }) => input === 'folder').map(({ name }) => name)).toEqual(['pass']);
    expect(importFormats.filter(({ name }) => fileFormat(name) === null).map(({ name }) => name)).toEqual(['pass']);
    expect(fileFormat('auto')).toBeNull();
  });
});
