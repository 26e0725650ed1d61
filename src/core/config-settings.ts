import { defaultKdf, kdfBounds } from './crypto/header.ts';
import { generatorDefaults } from './generate/defaults.ts';

/** One key: how its value is recognised in JSON and on a command line. */
interface Setting<T> {
  readonly description: string;
  /** What a value must be, to follow "must be". */
  readonly expected: string;
  readonly fallback: T;
  /** The value, or undefined where it is none. */
  readonly read: (value: unknown) => T | undefined;
  /** What a command line's text stands for in JSON. */
  readonly fromText: (text: string) => unknown;
}

type Numeric<T extends number | null> = readonly [fallback: T, min: number, max: number, description: string];

/** `Number` takes '' for 0, and '0x10' and ' 5 ' for numbers; a command line should not. */
const decimal = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);

function number<T extends number | null>(...[fallback, min, max, description]: Numeric<T>): Setting<T | number> {
  const read = (value: unknown) => (typeof value === 'number' && value >= min && value <= max ? value : undefined);
  return { description, expected: `a number from ${String(min)} to ${String(max)}`, fallback, read, fromText: decimal };
}

function integer<T extends number | null>(...[fallback, min, max, description]: Numeric<T>): Setting<T | number> {
  const any = number(fallback, min, max, description);
  const read = (value: unknown) => (Number.isInteger(value) ? any.read(value) : undefined);
  return { ...any, expected: `a whole number from ${String(min)} to ${String(max)}`, read };
}

function flag(fallback: boolean, description: string): Setting<boolean> {
  const read = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
  const fromText = (text: string) => (text === 'true' ? true : text === 'false' ? false : text);
  return { description, expected: 'true or false', fallback, read, fromText };
}

function text(fallback: string, max: number, description: string): Setting<string> {
  const read = (value: unknown) => (typeof value === 'string' && value.length <= max && value.isWellFormed() ? value : undefined);
  return { description, expected: `text of at most ${String(max)} characters`, fallback, read, fromText: (value) => value };
}

function path(description: string): Setting<string | null> {
  const read = (value: unknown) =>
    typeof value === 'string' && value.startsWith('/') && value.length <= 4096 && !value.includes('\0') ? value : undefined;
  return { description, expected: 'an absolute path', fallback: null, read, fromText: (value) => value };
}

const { memoryKiB, iterations, parallelism } = kdfBounds;
const floorMiB = memoryKiB.min / 1024;
const generate = generatorDefaults;

/** Every key of config.json, in the order of the documentation. */
export const settings = {
  'kdf.memoryMiB': integer(defaultKdf.memoryKiB / 1024, floorMiB, memoryKiB.max / 1024, 'memory of the key derivation (Argon2id), in MiB'),
  'kdf.iterations': integer(defaultKdf.iterations, iterations.min, iterations.max, 'passes of the key derivation'),
  'kdf.parallelism': integer(defaultKdf.parallelism, parallelism.min, parallelism.max, 'lanes of the key derivation'),
  'session.idleMinutes': number(15, 0.01, 10_080, 'minutes without use until the vault locks'),
  'session.absoluteHours': number(12, 0.001, 720, 'hours after which a login ends whatever happens'),
  'log.keepDays': integer<number>(365, 1, 36_500, 'days that the access log goes back'),
  'brake.readsPerMinute': integer<number>(
    30,
    0,
    100_000,
    'secrets that can be read within a minute before the password is asked for; 0 for any number',
  ),
  'clipboard.clearSeconds': integer(45, 0, 86_400, 'seconds until a copied secret is cleared; 0 for never'),
  'generate.length': integer(generate.length, 1, 1024, 'characters of a generated password'),
  'generate.words': integer(generate.words, 1, 64, 'words of a passphrase; unset for passwords of characters'),
  'generate.separator': text(generate.separator, 16, 'what stands between words'),
  'generate.upper': flag(generate.upper, 'use capital letters'),
  'generate.lower': flag(generate.lower, 'use small letters'),
  'generate.digits': flag(generate.digits, 'use digits'),
  'generate.symbols': flag(generate.symbols, 'use symbols'),
  'generate.ambiguous': flag(generate.ambiguous, 'use characters that are easily mistaken for another'),
  'generate.exclude': text(generate.exclude, 256, 'characters never to use'),
  'generate.minDigits': integer(generate.minDigits, 0, 1024, 'digits at least'),
  'generate.minSymbols': integer(generate.minSymbols, 0, 1024, 'symbols at least'),
  'generator.rulesFile': path('a file with what sites want of passwords (apple/password-manager-resources)'),
  'audit.totpSitesFile': path('a file with the sites that offer one-time codes (2fa.directory)'),
  port: integer(null, 1, 65_535, 'TCP port on 127.0.0.1; unset for the socket alone'),
};

export type ConfigKey = keyof typeof settings;
export type ConfigValue = string | number | boolean | null;

/** A key as `vault config` lists it. */
export interface ConfigKeyInfo {
  readonly key: ConfigKey;
  readonly description: string;
  /** What a value must be, to follow "must be". */
  readonly expected: string;
  readonly default: ConfigValue;
}

export function isConfigKey(key: string): key is ConfigKey {
  return Object.hasOwn(settings, key);
}

/** Every key there is, in the order of the documentation. */
export const configKeys: readonly ConfigKeyInfo[] = Object.keys(settings)
  .filter(isConfigKey)
  .map((key) => ({ key, description: settings[key].description, expected: settings[key].expected, default: settings[key].fallback }));
