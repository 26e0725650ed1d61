import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { isHere } from '../support/is-here.ts';
import { repository } from '../support/repository.ts';
import { run } from '../support/run.ts';

const directory = join(repository, 'dist', 'man');
const page = (name: string) => readFileSync(join(directory, `${name}.1`), 'utf8');

describe('the manual', () => {
  it('has a page for the program and one for every command', () => {
    const names = createProgram({ execute: () => Promise.resolve(), color: false }).commands.map((command) => `vault-${command.name()}.1`);
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['vault.1', 'vault-daemon-start.1', ...names]));
  });

  it('says of a command what its help says', () => {
    expect(page('vault-get')).toContain('.B vault get NAME [options]');
    expect(page('vault-run')).toContain(String.raw`.B vault run [options] \-\- COMMAND`);
    expect(page('vault-get')).toContain(String.raw`.B "\-u, \-\-user USER"`);
    expect(page('vault-get')).toContain(String.raw`psql \(dq$(vault get work/db \-f dsn)\(dq`);
    expect(page('vault')).toContain(String.raw`.B "\-\-no\-input"`);
  });

  it.runIf(isHere('groff'))('is read by groff without a complaint', async () => {
    const pages = readdirSync(directory).map((name) => join(directory, name));
    const options = { env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' }, cwd: directory };
    expect(await run('groff', ['-man', '-Tutf8', '-Kutf8', '-ww', '-z', ...pages], options)).toMatchObject({ code: 0, stderr: '' });
    const shown = await run('groff', ['-man', '-Tutf8', '-Kutf8', '-P-cbou', join(directory, 'vault-get.1')], options);
    expect(shown.stdout).toContain('-u, --user USER');
    expect(shown.stdout).toContain('psql "$(vault get work/db -f dsn)"');
  });
});
