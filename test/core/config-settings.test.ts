import { describe, expect, it } from 'vitest';
import { configKeys, isConfigKey, settings } from '../../src/core/config-settings.ts';

interface AnySetting {
  readonly expected: string;
  readonly read: (value: unknown) => unknown;
  readonly fromText: (text: string) => unknown;
}

function settingOf(key: string): AnySetting {
  if (!isConfigKey(key)) throw new Error(`${key} is no key`);
  return settings[key];
}

describe('a number in the configuration', () => {
  it.each([
    ['kdf.memoryMiB', 19, 2048],
    ['kdf.iterations', 2, 16],
    ['kdf.parallelism', 1, 16],
    ['log.keepDays', 1, 36_500],
    ['brake.readsPerMinute', 0, 100_000],
    ['clipboard.clearSeconds', 0, 86_400],
    ['generate.length', 1, 1024],
    ['generate.words', 1, 64],
    ['generate.minDigits', 0, 1024],
    ['generate.minSymbols', 0, 1024],
    ['port', 1, 65_535],
  ])('%s is a whole one from %d to %d, and says so', (key, least, most) => {
    const { read, expected } = settingOf(key);
    expect([least, most].map(read)).toEqual([least, most]);
    for (const other of [least - 1, most + 1, least + 0.5, NaN, String(least), null]) expect(read(other)).toBeUndefined();
    expect(expected).toBe(`a whole number from ${String(least)} to ${String(most)}`);
  });

  it.each([
    ['session.idleMinutes', 0.01, 10_080],
    ['session.absoluteHours', 0.001, 720],
  ])('%s is any from %d to %d, and says so', (key, least, most) => {
    const { read, expected } = settingOf(key);
    expect([least, 1.5, most].map(read)).toEqual([least, 1.5, most]);
    for (const other of [least / 2, most + 0.5, NaN, Infinity, String(least), null]) expect(read(other)).toBeUndefined();
    expect(expected).toBe(`a number from ${String(least)} to ${String(most)}`);
  });

  it('is decimal on a command line: what else might be one stays a text, which is none', () => {
    const { fromText } = settingOf('session.idleMinutes');
    expect(['15', '0.25', '007'].map(fromText)).toEqual([15, 0.25, 7]);
    for (const text of ['', ' 5', '5 ', '0x10', '1e3', '-1', '+1', '.5', '5.', '1,5', '1.2.3', '5m']) expect(fromText(text)).toBe(text);
  });
});

describe('what else there is in the configuration', () => {
  it.each(['upper', 'lower', 'digits', 'symbols', 'ambiguous'])('generate.%s is true or false, and says so', (name) => {
    const { read, fromText, expected } = settingOf(`generate.${name}`);
    expect([true, false].map(read)).toEqual([true, false]);
    for (const other of ['true', 1, 0, null]) expect(read(other)).toBeUndefined();
    expect(['true', 'false', 'TRUE', 'yes', ''].map(fromText)).toEqual([true, false, 'TRUE', 'yes', '']);
    expect(expected).toBe('true or false');
  });

  it.each([
    ['generate.separator', 16],
    ['generate.exclude', 256],
  ])('%s is text of at most %d characters, and says so', (key, most) => {
    const { read, fromText, expected } = settingOf(key);
    for (const text of ['', 'x'.repeat(most)]) expect(read(fromText(text))).toBe(text);
    for (const other of ['x'.repeat(most + 1), '\ud800', 1, null]) expect(read(other)).toBeUndefined();
    expect(expected).toBe(`text of at most ${String(most)} characters`);
  });

  it('generator.rulesFile is an absolute path, and says so', () => {
    const { read, fromText, expected } = settingOf('generator.rulesFile');
    for (const path of ['/', '/home/me/rules.json', '/'.padEnd(4096, 'x')]) expect(read(fromText(path))).toBe(path);
    for (const other of ['', 'rules.json', '~/rules.json', '/a\0b', '/'.padEnd(4097, 'x'), 1, null]) expect(read(other)).toBeUndefined();
    expect(expected).toBe('an absolute path');
  });

  it('is listed with what each key is for, which no two share', () => {
    const descriptions = configKeys.map(({ description }) => description);
    expect(configKeys.map(({ key }) => key)).toEqual(Object.keys(settings));
    expect(new Set(descriptions).size).toBe(descriptions.length);
    for (const description of descriptions) expect(description).toMatch(/^\S.+\S$/);
    expect(settings['kdf.memoryMiB'].fallback).toBe(256);
    for (const { key, expected, default: standard } of configKeys) {
      expect({ expected, standard }).toEqual({ expected: settings[key].expected, standard: settings[key].fallback });
    }
  });
});
