import { mkdirSync, readFileSync } from 'node:fs';
import { readConfig, parseConfigText, type Config } from '../core/config.ts';
import { VaultError } from '../core/errors.ts';
import { writePrivateFile } from './write-private-file.ts';
import type { Paths } from '../core/paths.ts';

/** config.json as it is, right or wrong. */
export interface ConfigFile {
  /** The parsed JSON; null where there is no file, or it is no JSON. */
  readonly raw: unknown;
  /** With the default wherever the file says nothing that makes sense. */
  readonly config: Config;
  readonly problems: readonly VaultError[];
  /** Whether the file can be rewritten with one value changed and nothing lost. */
  readonly writable: boolean;
}

/** Reads config.json and never throws: for the commands that work with a broken configuration. */
export function readConfigFile(path: string): ConfigFile {
  const broken = (problem: VaultError): ConfigFile => ({ raw: null, config: readConfig({}).config, problems: [problem], writable: false });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return { raw: {}, ...readConfig({}), writable: true };
    return broken(
      new VaultError('invalid_request', `the configuration ${path} cannot be read (${code})`, {
        hint: 'check whose it is, and its permissions',
      }),
    );
  }
  try {
    const raw = parseConfigText(text);
    const isObject = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
    return { raw, ...readConfig(raw), writable: isObject };
  } catch {
    return broken(
      new VaultError('invalid_request', `the configuration ${path} is not valid JSON`, {
        hint: 'mend it with an editor, or remove it to have every default',
      }),
    );
  }
}

/** Writes config.json whole or not at all. */
export function writeConfigFile({ config, configDir }: Pick<Paths, 'config' | 'configDir'>, value: unknown): void {
  mkdirSync(configDir, { recursive: true, mode: 0o700 });
  writePrivateFile(config, `${JSON.stringify(value, null, 2)}\n`);
}
