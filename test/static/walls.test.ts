import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { repository } from '../support/repository.ts';
import { run, type RunResult } from '../support/run.ts';

/** Sources that keep every wall; each case adds its own or writes over one of them. */
const sound: Readonly<Record<string, string>> = {
  'src/core/errors.ts': "import { randomBytes } from 'node:crypto';\nexport const id = (): Buffer => randomBytes(1);\n",
  'src/daemon/app.ts':
    "import { id } from '../core/errors.ts';\nimport { rows } from './store/store.ts';\nexport const app = { id, rows };\nexport type App = typeof app;\n",
  'src/daemon/sessions/token.ts': "import { jwtDecrypt } from 'jose';\nexport const open = jwtDecrypt;\n",
  'src/daemon/store/store.ts':
    "import { sql } from 'kysely';\nimport Database from 'better-sqlite3';\nexport const rows = { sql, Database };\n",
  'src/cli/main.ts':
    "import { Command } from 'commander';\nimport { password } from '@inquirer/prompts';\nimport clipboard from 'clipboardy';\nimport type { app } from '../daemon/app.ts';\nexport const main: [typeof app | null, unknown] = [null, [Command, password, clipboard]];\n",
};

/** Files that break a wall, all planted at once, and the lines that must say so: these and no others. */
const planted: readonly { wall: string; files: Record<string, string>; said: string[] }[] = [
  {
    wall: 'core imports nothing of the daemon',
    files: { 'src/core/daemon-code.ts': "import { open } from '../daemon/sessions/token.ts';\nexport const bad = open;\n" },
    said: ['core-knows-no-other-room: src/core/daemon-code.ts -> src/daemon/sessions/token.ts'],
  },
  {
    wall: 'core imports nothing of the command line, not even a type',
    files: { 'src/core/cli-type.ts': "import type { main } from '../cli/main.ts';\nexport type Bad = typeof main;\n" },
    said: ['core-knows-no-other-room: src/core/cli-type.ts -> src/cli/main.ts'],
  },
  {
    wall: 'core does no input or output',
    files: { 'src/core/files.ts': "import { readFileSync } from 'node:fs';\nexport const bad = readFileSync;\n" },
    said: ['core-is-pure: src/core/files.ts -> fs'],
  },
  {
    wall: 'core uses no package that does more than compute',
    files: { 'src/core/server.ts': "import { Hono } from 'hono';\nexport const bad = Hono;\n" },
    said: ['core-uses-only-computation: src/core/server.ts -> hono'],
  },
  {
    wall: 'the command line runs no code of the daemon',
    files: { 'src/cli/daemon-code.ts': "import { app } from '../daemon/app.ts';\nexport const bad = app;\n" },
    said: ['cli-takes-only-types-from-daemon: src/cli/daemon-code.ts -> src/daemon/app.ts'],
  },
  {
    wall: 'the command line runs no code of the daemon beside a type',
    files: { 'src/cli/both.ts': "import { app, type App } from '../daemon/app.ts';\nexport const bad: App = app;\n" },
    said: ['cli-takes-only-types-from-daemon: src/cli/both.ts -> src/daemon/app.ts'],
  },
  {
    wall: 'the command line loads no code of the daemon later',
    files: { 'src/cli/later.ts': "export const bad = (): Promise<unknown> => import('../daemon/app.ts');\n" },
    said: ['cli-takes-only-types-from-daemon: src/cli/later.ts -> src/daemon/app.ts'],
  },
  {
    wall: 'the daemon imports nothing of the command line, not even a type',
    files: { 'src/daemon/cli-type.ts': "import type { main } from '../cli/main.ts';\nexport type Bad = typeof main;\n" },
    said: ['daemon-knows-no-cli: src/daemon/cli-type.ts -> src/cli/main.ts'],
  },
  {
    wall: 'Kysely stays in the store',
    files: { 'src/daemon/vault/sql.ts': "import { sql } from 'kysely';\nexport const bad = sql;\n" },
    said: ['sql-only-in-the-store: src/daemon/vault/sql.ts -> kysely'],
  },
  {
    wall: 'even the types of Kysely stay in the store',
    files: { 'src/daemon/vault/sql-type.ts': "import type { Kysely } from 'kysely';\nexport type Bad = Kysely<unknown>;\n" },
    said: ['sql-only-in-the-store: src/daemon/vault/sql-type.ts -> kysely'],
  },
  {
    wall: 'better-sqlite3 stays in the store',
    files: { 'src/daemon/sqlite.ts': "import Database from 'better-sqlite3';\nexport const bad = Database;\n" },
    said: ['sql-only-in-the-store: src/daemon/sqlite.ts -> better-sqlite3'],
  },
  {
    wall: 'jose stays in one file',
    files: { 'src/daemon/second-token.ts': "import { EncryptJWT } from 'jose';\nexport const bad = EncryptJWT;\n" },
    said: ['jose-in-one-file: src/daemon/second-token.ts -> jose'],
  },
  ...['@inquirer/prompts', 'clipboardy', 'commander'].map((name) => ({
    wall: `${name} stays in the command line`,
    files: { [`src/daemon/${name.replace(/\W/g, '')}.ts`]: `import * as bad from '${name}';\nexport { bad };\n` },
    said: [`terminal-libraries-only-in-cli: src/daemon/${name.replace(/\W/g, '')}.ts -> ${name}`],
  })),
  {
    wall: 'the program imports nothing of its tests',
    files: { 'src/core/tested.ts': "export { help } from '../../test/help.ts';\n", 'test/help.ts': 'export const help = 1;\n' },
    said: ['program-knows-no-tests: src/core/tested.ts -> test/help.ts'],
  },
  {
    wall: 'no import leads back to where it began, types included',
    files: {
      'src/core/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
      'src/core/b.ts': "import type { A } from './a.ts';\nexport type B = A[];\n",
    },
    said: ['no-cycles: src/core/a.ts -> src/core/b.ts'],
  },
  {
    wall: 'nothing imports what does not exist',
    files: { 'src/core/lost.ts': "export * from './missing.ts';\n" },
    said: ['nothing-missing: src/core/lost.ts -> ./missing.ts'],
  },
];

async function check(files: Readonly<Record<string, string>>): Promise<RunResult> {
  const directory = mkdtempSync(join(inject('temporary'), 'walls-'));
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const env = { PATH: process.env['PATH'] ?? '' };
  return await run(process.execPath, [join(repository, 'scripts', 'walls.js'), directory], { env, cwd: directory });
}

/** The package's name instead of the file in it that was found. */
function readable(line: string): string {
  return line.replace(/-> .*node_modules\/(?:@types\/)?((?:@[^/]+\/)?[^/]+)\/.*$/, '-> $1');
}

describe('the walls between the rooms', () => {
  it('are kept by sound sources, every file of which is looked at', async () => {
    const result = await check(sound);
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: `${Object.keys(sound).length} files keep the walls\n` });
  });

  describe('found broken', () => {
    let result: RunResult;
    let lines: string[];
    beforeAll(async () => {
      result = await check(Object.assign({}, sound, ...planted.map(({ files }) => files)) as Record<string, string>);
      lines = result.stderr.trim().split('\n').map(readable);
    });

    it.for(planted)('$wall', ({ said }) => {
      for (const line of said) expect(lines).toContain(line);
    });

    it('only where they are, and the check fails', () => {
      expect(new Set(lines)).toEqual(new Set(planted.flatMap(({ said }) => said)));
      expect(result.code).toBe(1);
    });
  });

  it('are not taken for kept where there was nothing to look at', async () => {
    expect(await check({})).toMatchObject({ code: 1, stderr: 'there is nothing to check\n' });
  });
});
