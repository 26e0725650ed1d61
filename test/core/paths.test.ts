import { describe, expect, it } from 'vitest';
import { type PathsInput, resolvePaths } from '../../src/core/paths.ts';
import { accountTokenPath } from '../../src/core/account-token.ts';

const input: PathsInput = { env: {}, uid: 1000, home: '/home/me', cwd: '/somewhere', ownsRunUser: true };

describe('where the files are', () => {
  it('is below the XDG directories', () => {
    const env = { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/r' };
    expect(resolvePaths({ ...input, env })).toEqual({
      dataDir: '/d/vault',
      configDir: '/c/vault',
      stateDir: '/s/vault',
      runtimeDir: '/r/vault',
      database: '/d/vault/vault.db',
      databaseLock: '/d/vault/vault.db.lock',
      daemonFile: '/d/vault/vault.db.daemon',
      config: '/c/vault/config.json',
      socket: '/r/vault/daemon.sock',
      agentSocket: '/r/vault/agent.sock',
      token: '/r/vault/token',
      tokenAccount: '/r/vault/account',
      log: '/s/vault/daemon.log',
      seen: '/s/vault/seen.json',
    });
  });

  it("has the specification's defaults in the home directory", () => {
    const { database, config, log, socket } = resolvePaths(input);
    expect([database, config, log, socket]).toEqual([
      '/home/me/.local/share/vault/vault.db',
      '/home/me/.config/vault/config.json',
      '/home/me/.local/state/vault/daemon.log',
      '/run/user/1000/vault/daemon.sock',
    ]);
  });

  it('is the state directory for the socket where /run/user is not ours', () => {
    expect(resolvePaths({ ...input, ownsRunUser: false }).runtimeDir).toBe('/home/me/.local/state/vault/run');
    expect(resolvePaths({ ...input, uid: undefined }).runtimeDir).toBe('/home/me/.local/state/vault/run');
    expect(resolvePaths({ ...input, ownsRunUser: false, env: { XDG_STATE_HOME: '/s' } }).token).toBe('/s/vault/run/token');
  });

  it('takes an empty or relative XDG variable for unset', () => {
    const env = { XDG_DATA_HOME: '', XDG_CONFIG_HOME: 'relative', XDG_RUNTIME_DIR: './r' };
    expect(resolvePaths({ ...input, env })).toEqual(resolvePaths(input));
  });

  it('is one directory with VAULTD_HOME', () => {
    const paths = resolvePaths({ ...input, env: { VAULTD_HOME: '/v/', XDG_DATA_HOME: '/d', XDG_RUNTIME_DIR: '/r' } });
    expect([paths.database, paths.config, paths.socket, paths.token, paths.log, paths.seen]).toEqual([
      '/v/vault.db',
      '/v/config.json',
      '/v/daemon.sock',
      '/v/token',
      '/v/daemon.log',
      '/v/seen.json',
    ]);
    expect(new Set([paths.dataDir, paths.configDir, paths.stateDir, paths.runtimeDir]).size).toBe(1);
  });

  it('starts from the working directory where VAULTD_HOME is relative, and ignores an empty one', () => {
    expect(resolvePaths({ ...input, env: { VAULTD_HOME: './v' } }).database).toBe('/somewhere/v/vault.db');
    expect(resolvePaths({ ...input, env: { VAULTD_HOME: '' } })).toEqual(resolvePaths(input));
  });

  it('has no file twice', () => {
    const { dataDir, configDir, stateDir, runtimeDir, ...files } = resolvePaths({ ...input, env: { VAULTD_HOME: '/v' } });
    expect([dataDir, configDir, stateDir, runtimeDir]).toContain('/v');
    expect(new Set(Object.values(files)).size).toBe(Object.values(files).length);
  });

  it("does not read HashiCorp's variables", () => {
    const env = { VAULT_HOME: '/x', VAULT_ADDR: 'https://x', VAULT_TOKEN: 'x' };
    expect(resolvePaths({ ...input, env })).toEqual(resolvePaths(input));
  });
});

describe("an account's token file", () => {
  const paths = resolvePaths(input);

  it('is named after the account', () => {
    expect(accountTokenPath(paths, 'work')).toBe('/run/user/1000/vault/token-work');
  });

  it('never leaves the directory, is never too long, and differs where only case does', () => {
    const accounts = ['../../etc/passwd', 'a/b', '.', '', 'Work', 'work', 'WORK', 'ü'.repeat(64), 'x'.repeat(128), 'a b'];
    const files = accounts.map((account) => accountTokenPath(paths, account));
    for (const file of files) expect(file).toMatch(/^\/run\/user\/1000\/vault\/token-[a-z0-9_-]{1,64}$/);
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(accounts.length);
  });
});
