import {
  configKeys,
  getConfigValue,
  isConfigKey,
  setConfigValue,
  type Config,
  type ConfigKey,
  type ConfigValue,
} from '../../core/config.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { readConfigFile, writeConfigFile, type ConfigFile } from '../config-file.ts';
import { findDaemon } from '../daemon-process.ts';
import { suggest } from '../../core/suggest.ts';
import { escapeLine } from '../text.ts';

export interface ConfigOptions {
  readonly unset?: boolean;
}

/** What the command line reads itself, each time; all else only a new daemon reads. */
const readHere: ReadonlySet<string> = new Set(['clipboard.clearSeconds', 'generator.rulesFile', 'audit.totpSitesFile']);

function shown(value: ConfigValue): string {
  return value === null ? '' : String(value);
}

/** Every value by its dotted key. */
function valuesOf(config: Config): [ConfigKey, ConfigValue][] {
  return configKeys.map(({ key }) => [key, getConfigValue(config, key)]);
}

async function listAll(cli: Cli, { config, problems }: ConfigFile): Promise<void> {
  const { output } = cli;
  const values = valuesOf(config);
  if (cli.globals.json) output.json(Object.fromEntries(values));
  else if (!output.terminal) output.lines(values.map(([key, value]) => `${key}\t${escapeLine(shown(value))}`));
  else {
    const { table } = await import('../table.ts');
    const rows = configKeys.map(({ key, description, default: standard }) => {
      const value = getConfigValue(config, key);
      return [key, value === null ? '(unset)' : escapeLine(shown(value)) || '""', value === standard ? '' : 'set', description];
    });
    output.lines(table(['KEY', 'VALUE', '', 'WHAT'], rows, { columns: output.columns ?? 80, style: output.style }));
  }
  for (const { message, hint } of problems) {
    output.warn(`${output.noteStyle.yellow('config:')} ${escapeLine(message)}${hint === undefined ? '' : ` (${escapeLine(hint)})`}`);
  }
}

/**
 * A copy of the file's objects without one value, known or not, and without the section that this leaves empty. Null where there
 * is no such value.
 */
function without(raw: unknown, key: string): object | null {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const [name = '', ...rest] = key.split('.');
  const values = new Map<string, unknown>(Object.entries(raw));
  const left = rest.length === 0 ? {} : without(values.get(name), rest.join('.'));
  if (left === null || !values.has(name)) return null;
  if (Object.keys(left).length === 0) values.delete(name);
  else values.set(name, left);
  return Object.fromEntries(values);
}

function checkKey(key: string): void {
  if (isConfigKey(key)) return;
  const [nearest] = suggest(
    key,
    configKeys.map((known) => known.key),
    1,
  );
  throw new VaultError('invalid_request', `there is no configuration key ${JSON.stringify(key)}`, {
    hint: nearest === undefined ? 'vault config lists them' : `did you mean ${nearest}?`,
  });
}

async function change(cli: Cli, file: ConfigFile, key: string, value: unknown): Promise<void> {
  if (!file.writable) throw file.problems[0] ?? new VaultError('invalid_request', 'the configuration cannot be changed');
  writeConfigFile(cli.paths, value);
  const running = !readHere.has(key) && cli.client.link.local && (await runs(cli));
  cli.output.note(running ? `saved; the daemon that is running takes it up when it starts again: vault daemon stop` : 'saved');
}

async function runs(cli: Cli): Promise<boolean> {
  try {
    return (await findDaemon(cli.paths)) !== null;
  } catch {
    return false;
  }
}

/** `vault config [KEY [VALUE]]`. Works with a broken file, save that one that is no JSON has to be mended by hand. */
export async function config(
  cli: Cli,
  key: string | undefined,
  value: string | undefined,
  { unset = false }: ConfigOptions,
): Promise<void> {
  const file = readConfigFile(cli.paths.config);
  if (key === undefined) {
    if (unset) throw new VaultError('usage', '--unset wants a KEY');
    await listAll(cli, file);
  } else if (unset) {
    if (value !== undefined) throw new VaultError('usage', '--unset takes no VALUE');
    const left = without(file.raw, key);
    if (left === null) checkKey(key);
    await change(cli, file, key, left ?? file.raw);
  } else if (value !== undefined) {
    checkKey(key);
    await change(cli, file, key, setConfigValue(file.raw, key, value));
  } else {
    checkKey(key);
    const found = getConfigValue(file.config, key);
    if (cli.globals.json) cli.output.json({ [key]: found });
    else if (found === null) throw new VaultError('field_not_found', `${key} is not set`);
    else cli.output.value(shown(found));
    const problem = file.problems.find(({ details }) => details?.['key'] === key) ?? (file.writable ? undefined : file.problems[0]);
    if (problem !== undefined) {
      cli.output.warn(`${cli.output.noteStyle.yellow('config:')} ${escapeLine(problem.message)}: this is the default`);
    }
  }
}
