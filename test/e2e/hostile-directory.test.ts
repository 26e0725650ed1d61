import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freshHome } from '../support/home.ts';

// Bun's programs load both files from where they are started, unless they were compiled not to.
it('a directory with a hostile .env and bunfig.toml runs no code and changes no setting', async () => {
  const home = freshHome();
  expect((await home.run(['init', '--password-stdin'], { input: 'a master password\n' })).code).toBe(0);
  expect((await home.run(['add', 'a', '--password-stdin'], { input: 'p' })).code).toBe(0);
  const cwd = home.path('hostile');
  const planted = home.path('planted');
  mkdirSync(cwd);
  writeFileSync(`${cwd}/evil.ts`, `require('node:fs').writeFileSync(${JSON.stringify(planted)}, 'ran');`);
  writeFileSync(`${cwd}/bunfig.toml`, 'preload = ["./evil.ts"]\n');
  writeFileSync(
    `${cwd}/.env`,
    'VAULTD_HOME=/nowhere\nVAULTD_TOKEN=nonsense\nBUN_OPTIONS="--preload ./evil.ts"\nNODE_OPTIONS="--require ./evil.ts"\n',
  );
  writeFileSync(`${cwd}/package.json`, '{"type":"module","main":"./evil.ts","imports":{"#x":"./evil.ts"}}');
  writeFileSync(`${cwd}/tsconfig.json`, '{"compilerOptions":{"paths":{"*":["./evil.ts"]}}}');
  const hostile = {
    cwd,
    env: { BUN_OPTIONS: '--preload ./evil.ts', BUN_BE_BUN: '1', BUN_INSPECT: '1', NODE_OPTIONS: '--require ./evil.ts' },
  };
  for (const options of [{ cwd }, hostile]) {
    expect(await home.run(['get', 'a'], options)).toEqual(await home.run(['get', 'a']));
    expect(await home.run(['list', '--json'], options)).toMatchObject({ code: 0, stderr: '' });
    expect((await home.run(['--version'], options)).stdout).toMatch(/^vault \d+\.\d+\.\d+\n$/);
  }
  expect(existsSync(planted)).toBe(false);
});
