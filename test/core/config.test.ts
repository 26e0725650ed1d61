import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Config,
  configKeys,
  defaultConfig,
  getConfigValue,
  isConfigKey,
  kdfParameters,
  parseConfig,
  parseConfigText,
  readConfig,
  setConfigValue,
} from '../../src/core/config.ts';
import { withinKdfBounds } from '../../src/core/crypto/header.ts';
import { generatePassword } from '../../src/core/generate/generate.ts';
import { thrownBy, vaultError } from './support.ts';

const details = (error: unknown) => (typeof error === 'object' && error !== null && 'details' in error ? error.details : null);

describe('the configuration', () => {
  it('has the defaults of the contract', () => {
    expect(defaultConfig).toEqual({
      kdf: { memoryMiB: 256, iterations: 3, parallelism: 4 },
      session: { idleMinutes: 15, absoluteHours: 12 },
      log: { keepDays: 365 },
      brake: { readsPerMinute: 30 },
      clipboard: { clearSeconds: 45 },
      generate: {
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
      },
      generator: { rulesFile: null },
      audit: { totpSitesFile: null },
      port: null,
    } satisfies Config);
    expect(withinKdfBounds(kdfParameters(defaultConfig))).toBe(true);
    expect(generatePassword({}, defaultConfig.generate)).toHaveLength(20);
  });

  it('is the defaults with what the file says', () => {
    const config = parseConfig({ kdf: { memoryMiB: 64 }, generate: { symbols: false }, port: 7777 });
    expect(config).toEqual({
      ...defaultConfig,
      kdf: { ...defaultConfig.kdf, memoryMiB: 64 },
      generate: { ...defaultConfig.generate, symbols: false },
      port: 7777,
    });
    expect(kdfParameters(config)).toEqual({ memoryKiB: 65_536, iterations: 3, parallelism: 4 });
  });

  it.each<[string, unknown]>([
    ['kdf.memory', { kdf: { memory: 64 } }],
    ['kdf.memoryMiB', { 'kdf.memoryMiB': 64 }],
    ['Kdf', { Kdf: {} }],
    ['por', { por: {} }],
    ['port.number', { 'port.number': 1 }],
    ['__proto__', JSON.parse('{"__proto__":{"port":1}}')],
    ['kdf.constructor', { kdf: { constructor: 1 } }],
    ['toString', { toString: 1 }],
  ])('names the unknown key %s', (key, raw) => {
    const error = thrownBy(() => parseConfig(raw));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(String(error)).toContain(`unknown configuration key "${key}"`);
    expect(details(error)).toEqual({ key });
  });

  it.each<[string, unknown]>([
    ['kdf', { kdf: 3 }],
    ['session', { session: [] }],
    ['clipboard', { clipboard: null }],
    ['kdf.memoryMiB', { kdf: { memoryMiB: 18 } }],
    ['generator.rulesFile', { generator: { rulesFile: 'rules.json' } }],
    ['generator.rulesFile', { generator: { rulesFile: '/a\0b' } }],
    ['audit.totpSitesFile', { audit: { totpSitesFile: 'totp.json' } }],
    ['kdf.memoryMiB', { kdf: { memoryMiB: 2049 } }],
    ['kdf.memoryMiB', { kdf: { memoryMiB: '256' } }],
    ['kdf.iterations', { kdf: { iterations: 1 } }],
    ['kdf.iterations', { kdf: { iterations: 2.5 } }],
    ['kdf.parallelism', { kdf: { parallelism: 0 } }],
    ['session.idleMinutes', { session: { idleMinutes: 0 } }],
    ['session.absoluteHours', { session: { absoluteHours: -1 } }],
    ['clipboard.clearSeconds', { clipboard: { clearSeconds: -1 } }],
    ['generate.length', { generate: { length: 0 } }],
    ['generate.symbols', { generate: { symbols: 'yes' } }],
    ['generate.separator', { generate: { separator: 'x'.repeat(17) } }],
    ['generate.exclude', { generate: { exclude: '\ud800' } }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['port', { port: null }],
  ])('names %s where its value is wrong, and not the value', (key, raw) => {
    const error = thrownBy(() => parseConfig(raw));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(String(error)).toContain(`"${key}" must be`);
    expect(details(error)).toEqual({ key });
  });

  it('is an object', () => {
    for (const raw of [null, [], 'text', 3, undefined]) {
      const { config, problems } = readConfig(raw);
      expect(config).toEqual(defaultConfig);
      expect(problems.map(({ code, message }) => [code, message])).toEqual([
        ['invalid_request', 'the configuration must be a JSON object'],
      ]);
    }
  });

  it('says what a value has to be', () => {
    expect(readConfig({ kdf: 3, session: [], port: 0 }).problems.map(({ message }) => message)).toEqual([
      'configuration key "kdf" must be an object',
      'configuration key "session" must be an object',
      'configuration key "port" must be a whole number from 1 to 65535',
    ]);
  });

  it('that is broken is read as far as it goes, for the commands that must work', () => {
    const { config, problems } = readConfig({ kdf: { memoryMiB: 1, iterations: 5 }, nonsense: 1, port: 'x' });
    expect(config).toEqual({ ...defaultConfig, kdf: { ...defaultConfig.kdf, iterations: 5 } });
    expect(problems.map(({ details: problem }) => problem)).toEqual([{ key: 'nonsense' }, { key: 'kdf.memoryMiB' }, { key: 'port' }]);
  });

  it('that is no JSON is an error without any of its text', () => {
    const error = thrownBy(() => parseConfigText('{"secret": hunter2}'));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(error).toHaveProperty('message', 'the configuration is not valid JSON');
    expect(parseConfigText('{"port":1}')).toEqual({ port: 1 });
  });

  it('suggests a key for a mistyped one, tells of nested objects, or of the list', () => {
    expect(thrownBy(() => getConfigValue(defaultConfig, 'kdf.memoryMb'))).toMatchObject({ hint: 'did you mean kdf.memoryMiB?' });
    expect(readConfig({ 'kdf.memoryMiB': 64 }).problems).toMatchObject([
      { hint: 'the file has nested objects, dots are for the command line' },
    ]);
    expect(thrownBy(() => getConfigValue(defaultConfig, 'xxxxxxxxx'))).toMatchObject({
      hint: 'vault config lists the keys',
      details: { key: 'xxxxxxxxx' },
    });
  });
});

describe('vault config', () => {
  it('knows a description and a default of every key', () => {
    for (const { key, description, default: fallback } of configKeys) {
      expect(description).not.toBe('');
      expect(getConfigValue(defaultConfig, key)).toBe(fallback);
      expect(isConfigKey(key)).toBe(true);
    }
    expect(['kdf', 'toString', '__proto__', ''].filter(isConfigKey)).toEqual([]);
  });

  it.each([
    ['kdf.memoryMiB', '64', { kdf: { memoryMiB: 64 } }],
    ['session.idleMinutes', '0.5', { session: { idleMinutes: 0.5 } }],
    ['clipboard.clearSeconds', '0', { clipboard: { clearSeconds: 0 } }],
    ['generate.symbols', 'false', { generate: { symbols: false } }],
    ['generate.separator', '', { generate: { separator: '' } }],
    ['generate.exclude', '12', { generate: { exclude: '12' } }],
    ['port', '8080', { port: 8080 }],
  ])('writes %s %j as nested objects', (key, text, written) => {
    expect(setConfigValue({}, key, text)).toEqual(written);
  });

  it('leaves everything else as it was, right or wrong', () => {
    const raw = { nonsense: [1], kdf: { iterations: 5, memoryMiB: 'bad' }, port: 1 };
    expect(setConfigValue(raw, 'kdf.memoryMiB', '64')).toEqual({ nonsense: [1], kdf: { iterations: 5, memoryMiB: 64 }, port: 1 });
    expect(raw.kdf.memoryMiB).toBe('bad');
    expect(Object.keys(setConfigValue(raw, 'kdf.memoryMiB', '64'))).toEqual(['nonsense', 'kdf', 'port']);
  });

  it('puts an object where there was none', () => {
    for (const raw of [null, [1], 'text']) expect(setConfigValue(raw, 'port', '1')).toEqual({ port: 1 });
    for (const kdf of [3, [1], null]) expect(setConfigValue({ kdf }, 'kdf.iterations', '5')).toEqual({ kdf: { iterations: 5 } });
  });

  it('unsets what is given as empty', () => {
    expect(setConfigValue({ port: 1, kdf: { iterations: 5 } }, 'port', '')).toStrictEqual({ kdf: { iterations: 5 } });
    expect(setConfigValue({ kdf: { iterations: 5 } }, 'kdf.iterations', '')).toStrictEqual({ kdf: {} });
  });

  it.each([
    ['kdf.memoryMiB', '18'],
    ['kdf.memoryMiB', ' 64'],
    ['kdf.memoryMiB', '0x40'],
    ['kdf.memoryMiB', '64.5'],
    ['session.idleMinutes', 'Infinity'],
    ['generate.symbols', 'no'],
    ['port', '80a'],
    ['kdf', '1'],
    ['nonsense', '1'],
  ])('refuses %s %j', (key, text) => {
    const error = thrownBy(() => setConfigValue({}, key, text));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(String(error)).toContain(key);
  });

  it('gives back what it set, and every other key as before', () => {
    const change = fc.oneof(
      fc.tuple(fc.constantFrom('kdf.memoryMiB'), fc.integer({ min: 19, max: 2048 }).map(String)),
      fc.tuple(
        fc.constantFrom('generate.length', 'generate.words', 'clipboard.clearSeconds', 'port'),
        fc.integer({ min: 1, max: 64 }).map(String),
      ),
      fc.tuple(fc.constantFrom('generate.upper', 'generate.lower', 'generate.ambiguous'), fc.boolean().map(String)),
      fc.tuple(fc.constantFrom('generate.separator'), fc.string({ maxLength: 16 })),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const wanted = new Map(configKeys.map(({ key, default: fallback }): [string, string] => [key, String(fallback)]));
        let raw: unknown = {};
        for (const [key, text] of changes) {
          wanted.set(key, text);
          raw = setConfigValue(raw, key, text);
        }
        const config = parseConfig(parseConfigText(JSON.stringify(raw)));
        for (const [key, text] of wanted) expect(String(getConfigValue(config, key))).toBe(text);
      }),
    );
  });
});
