import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { createVault, succeed } from './vaults.ts';

const home = sharedHome({ prepare: (made) => createVault(made) });
const run = (...args: string[]) => home().run(args);
const sites = {
  'bank.example': { 'password-rules': 'minlength: 6; maxlength: 6; allowed: digit; max-consecutive: 3;' },
  'shop.example': { 'password-rules': 'minlength: 8; maxlength: 12; required: lower; required: [!;];' },
};

describe('a generated password', () => {
  beforeAll(async () => {
    writeFileSync(home().path('rules.json'), JSON.stringify(sites));
    await succeed(home(), ['config', 'generator.rulesFile', home().path('rules.json')]);
  });

  it('obeys the rules of the site, and says so', async () => {
    const { code, stderr } = await run('add', 'https://login.bank.example/start', '-g');
    expect(code).toBe(0);
    expect(stderr).toContain(
      'the password obeys the rules of bank.example: minlength: 6; maxlength: 6; allowed: digit; max-consecutive: 3;',
    );
    expect((await run('get', 'login.bank.example')).stdout).toMatch(/^\d{6}$/);
  });

  it('obeys those of the URLs, before those of the name', async () => {
    await succeed(home(), ['add', 'bank.example', '--url', 'https://www.shop.example', '-g']);
    expect((await run('get', 'bank.example')).stdout).toMatch(/^[a-z!;]{12}$/);
    await succeed(home(), ['edit', 'bank.example', '--url', 'https://bank.example', '-g']);
    expect((await run('get', 'bank.example')).stdout).toMatch(/^\d{6}$/);
  });

  it('obeys rules that are given, and none where they are empty', async () => {
    await succeed(home(), ['add', 'sub.bank.example', '-g', '--rules', 'minlength: 7; maxlength: 7; required: [xy]']);
    expect((await run('get', 'sub.bank.example')).stdout).toMatch(/^[xy]{7}$/);
    await succeed(home(), ['edit', 'sub.bank.example', '-g', '--rules', '']);
    expect((await run('get', 'sub.bank.example')).stdout).toHaveLength(20);
    expect(await run('generate', '--rules', 'maxlength: 9; allowed: upper')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^[A-Z]{9}$/),
    });
  });

  it('is not made where the rules and the command line are against each other', async () => {
    expect(await run('add', 'me.bank.example', '-g', '12')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the rules want 6 characters'),
    });
    expect((await run('list', 'me.bank.example')).stdout).toBe('');
    expect(await run('edit', 'bank.example', '--rules', 'minlength: 8')).toMatchObject({ code: 2 });
    expect(await run('generate', '--words', '4', '--rules', 'minlength: 8')).toMatchObject({ code: 2 });
    const nonsense = await run('generate', '--rules', 'nonsense');
    expect(nonsense).toMatchObject({ code: 2, stdout: '' });
    expect(nonsense.stderr).not.toContain('obeys');
  });

  it('is not made where the file of rules cannot be read', async () => {
    await succeed(home(), ['config', 'generator.rulesFile', home().path('gone.json')]);
    const missing = await run('add', 'x.example', '-g');
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('gone.json: no such file');
    expect(missing.stderr).toContain("hint: vault config generator.rulesFile names it; --rules '' does without");
    writeFileSync(home().path('gone.json'), '["no rules"]');
    expect((await run('add', 'x.example', '-g')).stderr).toContain('is not of the form of apple/password-manager-resources');
    expect(await run('add', 'x.example', '-g', '--rules', '')).toMatchObject({ code: 0 });
    await succeed(home(), ['config', 'generator.rulesFile', home().path('rules.json')]);
  });
});
