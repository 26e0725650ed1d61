import type { Home, VaultOptions } from '../support/home.ts';

/** The master password of the vaults that tests make. */
export const masterPassword = 'correct horse battery staple';

/** Creates a vault without a terminal and leaves it unlocked. */
export async function createVault(
  home: Home,
  { account, password = masterPassword }: { account?: string; password?: string } = {},
): Promise<void> {
  const args = ['init', '--password-stdin', ...(account === undefined ? [] : ['--account', account])];
  await succeed(home, args, { input: `${password}\n` });
}

/** Runs a command that has to succeed, and gives what it printed. */
export async function succeed(home: Home, args: readonly string[], options: VaultOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await home.run(args, options);
  if (code !== 0) throw new Error(`vault ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
  return stdout;
}

/** The same, for what prints JSON. */
export async function json(home: Home, args: readonly string[], options: VaultOptions = {}): Promise<unknown> {
  return JSON.parse(await succeed(home, ['--json', ...args], options));
}

/** Stores an entry. */
export async function addEntry(home: Home, name: string, password: string, ...args: readonly string[]): Promise<void> {
  await succeed(home, ['add', '--password-stdin', ...args, '--', name], { input: password });
}
