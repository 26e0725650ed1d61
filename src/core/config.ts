import { configKeys, isConfigKey, settings, type ConfigKey, type ConfigValue } from './config-settings.ts';
import type { KdfParameters } from './crypto/header.ts';
import { VaultError } from './errors.ts';
import type { GeneratorDefaults } from './generate/defaults.ts';
import { suggest } from './suggest.ts';

export { configKeys, isConfigKey, type ConfigKey, type ConfigValue } from './config-settings.ts';

/*
 * config.json: nested objects in the file, dotted keys in `vault config`; config-settings.ts says what there is. No schema
 * library: `get -c` needs clipboard.clearSeconds, and must be quick.
 */

/** The configuration with every default filled in. */
export interface Config {
  /** What new vaults get, and what older ones are raised to. */
  readonly kdf: { readonly memoryMiB: number; readonly iterations: number; readonly parallelism: number };
  readonly session: { readonly idleMinutes: number; readonly absoluteHours: number };
  /** How far back the access log goes. */
  readonly log: { readonly keepDays: number };
  /** Entries whose secrets an account reads within a minute before the password is asked for; 0 means any number. */
  readonly brake: { readonly readsPerMinute: number };
  /** Seconds until a copied secret is cleared; 0 means never. */
  readonly clipboard: { readonly clearSeconds: number };
  readonly generate: GeneratorDefaults;
  /** The file with what sites want of passwords, for the command line alone; null for none. */
  readonly generator: { readonly rulesFile: string | null };
  /** The file with the sites that offer one-time codes, for the command line alone; null for none. */
  readonly audit: { readonly totpSitesFile: string | null };
  /** The TCP port on 127.0.0.1; null for the socket alone. */
  readonly port: number | null;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const sections = new Set(configKeys.filter(({ key }) => key.includes('.')).map(({ key }) => key.slice(0, key.indexOf('.'))));

function unknownKey(key: string): VaultError {
  const [nearest] = suggest(key, Object.keys(settings), 1);
  const options = { details: { key } };
  const message = `unknown configuration key ${JSON.stringify(key)}`;
  if (nearest === undefined) return new VaultError('invalid_request', message, { ...options, hint: 'vault config lists the keys' });
  const hint = nearest === key ? 'the file has nested objects, dots are for the command line' : `did you mean ${nearest}?`;
  return new VaultError('invalid_request', message, { ...options, hint });
}

function badValue(key: string, expected: string): VaultError {
  return new VaultError('invalid_request', `configuration key "${key}" must be ${expected}`, { details: { key } });
}

/** The file's values by dotted key, and what is none of ours. */
function flatten(raw: Json): { readonly values: ReadonlyMap<string, unknown>; readonly problems: readonly VaultError[] } {
  const values = new Map<string, unknown>();
  const problems: VaultError[] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'port') values.set(name, value);
    else if (!sections.has(name)) problems.push(unknownKey(name));
    else if (!isObject(value)) problems.push(badValue(name, 'an object'));
    else {
      for (const [inner, setting] of Object.entries(value)) {
        const key = `${name}.${inner}`;
        if (isConfigKey(key)) values.set(key, setting);
        else problems.push(unknownKey(key));
      }
    }
  }
  return { values, problems };
}

/**
 * Reads what config.json holds, as parsed JSON, and never throws: what is wrong has its default in `config` and an
 * `invalid_request` naming the key in `problems`. For the commands that work with a broken configuration.
 */
export function readConfig(raw: unknown): { readonly config: Config; readonly problems: readonly VaultError[] } {
  const { values, problems: unknown } = flatten(isObject(raw) ? raw : {});
  const problems = isObject(raw) ? [...unknown] : [new VaultError('invalid_request', 'the configuration must be a JSON object')];
  const get = <K extends ConfigKey>(key: K): (typeof settings)[K]['fallback'] => {
    const { read, fallback, expected } = settings[key];
    if (!values.has(key)) return fallback;
    const value = read(values.get(key));
    if (value === undefined) problems.push(badValue(key, expected));
    return value ?? fallback;
  };
  const config: Config = {
    kdf: { memoryMiB: get('kdf.memoryMiB'), iterations: get('kdf.iterations'), parallelism: get('kdf.parallelism') },
    session: { idleMinutes: get('session.idleMinutes'), absoluteHours: get('session.absoluteHours') },
    log: { keepDays: get('log.keepDays') },
    brake: { readsPerMinute: get('brake.readsPerMinute') },
    clipboard: { clearSeconds: get('clipboard.clearSeconds') },
    generate: {
      length: get('generate.length'),
      words: get('generate.words'),
      separator: get('generate.separator'),
      upper: get('generate.upper'),
      lower: get('generate.lower'),
      digits: get('generate.digits'),
      symbols: get('generate.symbols'),
      ambiguous: get('generate.ambiguous'),
      exclude: get('generate.exclude'),
      minDigits: get('generate.minDigits'),
      minSymbols: get('generate.minSymbols'),
    },
    generator: { rulesFile: get('generator.rulesFile') },
    audit: { totpSitesFile: get('audit.totpSitesFile') },
    port: get('port'),
  };
  return { config, problems };
}

/** What config.json holds, as parsed JSON (`{}` where there is no file). Throws the first problem. */
export function parseConfig(raw: unknown): Config {
  const { config, problems } = readConfig(raw);
  if (problems[0] !== undefined) throw problems[0];
  return config;
}

/** The text of config.json as JSON; `invalid_request` where it is none. */
export function parseConfigText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new VaultError('invalid_request', 'the configuration is not valid JSON');
  }
}

export const defaultConfig: Config = parseConfig({});

/** The value of a dotted key; null where it is not set and has no default. `invalid_request` for a key that does not exist. */
export function getConfigValue(config: Config, key: string): ConfigValue {
  if (!isConfigKey(key)) throw unknownKey(key);
  const { read, fallback } = settings[key];
  return read(flatten({ ...config }).values.get(key)) ?? fallback;
}

/**
 * What to write to config.json after `vault config KEY VALUE`: `raw` with this one value set and all others, right or wrong,
 * as they were. Empty text unsets anything but a text. `invalid_request` names an unknown key or a bad value.
 */
export function setConfigValue(raw: unknown, key: string, text: string): Json {
  if (!isConfigKey(key)) throw unknownKey(key);
  const { read, fromText, expected, fallback } = settings[key];
  const unset = text === '' && typeof fallback !== 'string';
  const value = unset ? undefined : read(fromText(text));
  if (!unset && value === undefined) throw badValue(key, expected);
  const base = isObject(raw) ? raw : {};
  const [section, name] = key.split('.');
  if (section === undefined || name === undefined) return replaced(base, key, value);
  const inner = base[section];
  return replaced(base, section, replaced(isObject(inner) ? inner : {}, name, value));
}

/** A copy with one property set, or left out for undefined. */
function replaced(object: Json, name: string, value: unknown): Json {
  const all = Object.entries({ ...object, [name]: value });
  return Object.fromEntries(all.filter(([, kept]) => kept !== undefined));
}

/** The configured cost of the key derivation, in its own units. */
export function kdfParameters({ kdf }: Config): KdfParameters {
  return { memoryKiB: kdf.memoryMiB * 1024, iterations: kdf.iterations, parallelism: kdf.parallelism };
}
