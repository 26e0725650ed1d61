import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { repository } from '../support/repository.ts';
import { run, type RunResult } from '../support/run.ts';

/** A small program with the build's entry points, so that a build takes a moment only. */
const program: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'vault', version: '1.2.3', type: 'module' }),
  'tsconfig.json': '{}',
  'src/cli/main.ts': [
    'declare const VAULT_VERSION: string;',
    "if (process.argv[2] === 'late') {",
    // What a command loads late it finds, also when a build has gone over dist/ meanwhile.
    "  process.stdout.write('started\\n');",
    '  for await (const _ of process.stdin);',
    "  const { late } = await import('./late.ts');",
    '  process.stdout.write(late);',
    '} else process.stdout.write(VAULT_VERSION);',
  ].join('\n'),
  'src/cli/late.ts': "export const late = 'one';\n",
  'src/daemon/main.ts': "process.stdout.write('daemon');\n",
  'src/daemon/password/worker.ts': "process.stdout.write('worker');\n",
};

let directory: string;

function put(name: string, text: string): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
}

async function node(args: readonly string[], input?: string, env: Record<string, string> = {}): Promise<RunResult> {
  return await run(process.execPath, args, { env: { PATH: process.env['PATH'] ?? '', ...env }, cwd: directory, input });
}

const build = (): Promise<RunResult> => node(['scripts/build.js']);

/** Every file outside node_modules with its identity and the times of its last changes. */
function snapshot(below = directory): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(below, { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) Object.assign(found, snapshot(path));
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    if (entry.name !== 'node_modules') found[path] = `${String(ino)} ${String(size)} ${String(mtimeNs)}`;
  }
  return found;
}

beforeEach(() => {
  directory = mkdtempSync(join(inject('temporary'), 'build-'));
  cpSync(join(repository, 'scripts', 'build.js'), join(directory, 'scripts', 'build.js'));
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
  for (const [name, text] of Object.entries(program)) put(name, text);
});

describe('the build', () => {
  it('makes the three programs and the files of the docs page, and writes nowhere else', async () => {
    const before = snapshot();
    expect(await build()).toMatchObject({ code: 0, stdout: '' });
    expect((await node(['dist/cli/main.js'])).stdout).toBe('1.2.3');
    expect((await node(['dist/daemon/main.js'])).stdout).toBe('daemon');
    expect((await node(['dist/daemon/password-worker.js'])).stdout).toBe('worker');
    expect(readdirSync(join(directory, 'dist/daemon/docs'))).toEqual(
      expect.arrayContaining(['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE']),
    );
    const changed = Object.entries(snapshot()).filter(([path, state]) => before[path] !== state && path !== directory);
    expect(changed.map(([path]) => path).filter((path) => !path.startsWith(join(directory, 'dist')))).toEqual([]);
  });

  it('does nothing, and says nothing, when it is up to date', async () => {
    await build();
    const before = snapshot();
    expect(await build()).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(snapshot()).toEqual(before);
  });

  it('does nothing after a source was only touched, as a checkout does', async () => {
    await build();
    utimesSync(join(directory, 'src/cli/main.ts'), new Date(), new Date());
    expect((await build()).stderr).toBe('');
  });

  it.for([
    { what: 'a source changed', change: () => put('src/daemon/main.ts', "process.stdout.write('changed');\n") },
    { what: 'the version changed', change: () => put('package.json', JSON.stringify({ version: '2.0.0', type: 'module' })) },
    { what: 'a built file is gone', change: () => rmSync(join(directory, 'dist/daemon/main.js')) },
    { what: 'a built file was cut', change: () => writeFileSync(join(directory, 'dist/daemon/main.js'), '') },
    { what: 'its own record is damaged', change: () => writeFileSync(join(directory, 'dist/build.json'), '{') },
  ])('builds again when $what', async ({ change }) => {
    await build();
    change();
    expect((await build()).stderr).toMatch(/^built \d+ files below dist\/\n$/);
    expect((await build()).stderr).toBe('');
  });

  it('fails, and leaves the last build to run, when a source is broken', async () => {
    await build();
    put('src/cli/main.ts', 'this is no program(');
    for (const env of [{}, { npm_lifecycle_event: 'prepare' }]) {
      const result = await node(['scripts/build.js'], undefined, env);
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('src/cli/main.ts:1');
    }
    expect((await node(['dist/cli/main.js'])).stdout).toBe('1.2.3');
  });

  it('says what is missing where the development dependencies are not installed, and fails unless npm prepares the package', async () => {
    rmSync(join(directory, 'node_modules'));
    const prepared = await node(['scripts/build.js'], undefined, { npm_lifecycle_event: 'prepare' });
    expect(prepared).toMatchObject({ code: 0, stdout: '' });
    expect(prepared.stderr).toContain('npm ci');
    expect(await build()).toMatchObject({ code: 1, stderr: prepared.stderr });
  });

  it('leaves alone what a command that runs loads later', async () => {
    await build();
    const command = spawn(process.execPath, ['dist/cli/main.js', 'late'], { cwd: directory, stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    const ended = once(command, 'close');
    command.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await eventually(() => said === 'started\n', { what: 'the command has started' });
    put('src/cli/late.ts', "export const late = 'two';\n");
    await build();
    command.stdin.end();
    await ended;
    expect(said).toBe('started\none');
    expect((await node(['dist/cli/main.js', 'late'], '')).stdout).toBe('started\ntwo');
  });

  it('removes the pieces of builds before the last one', async () => {
    const pieces: string[][] = [];
    for (const text of ['one', 'two', 'three']) {
      put('src/cli/late.ts', `export const late = '${text}';\n`);
      await build();
      pieces.push(readdirSync(join(directory, 'dist/cli/pieces')));
    }
    expect(pieces.map(({ length }) => length)).toEqual([1, 2, 2]);
    expect(pieces[2]).not.toEqual(expect.arrayContaining(pieces[0] ?? []));
  });

  it('may run twice at once', async () => {
    const results = await Promise.all([build(), build()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect((await node(['dist/cli/main.js', 'late'], '')).stdout).toBe('started\none');
    expect((await build()).stderr).toBe('');
  });

  it('replaces each file whole: who has the old one open reads it to its end', async () => {
    await build();
    const path = join(directory, 'dist/daemon/main.js');
    const before = readFileSync(path, 'utf8');
    const open = openSync(path, 'r');
    onTestFinished(() => closeSync(open));
    put('src/daemon/main.ts', "process.stdout.write('changed');\n");
    await build();
    expect(readFileSync(open, 'utf8')).toBe(before);
    expect(readFileSync(path, 'utf8')).not.toBe(before);
  });
});
