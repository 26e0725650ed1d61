import { spawn } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { memoryOf } from '../support/memory.ts';
import { repository } from '../support/repository.ts';
import { run, type RunResult } from '../support/run.ts';

/** Programs in the place of the built ones that tell how they were started. */
const told = `
import { execFileSync } from 'node:child_process';
const core = execFileSync('/bin/sh', ['-c', 'ulimit -S -c; ulimit -H -c'], { encoding: 'utf8' }).trim().split('\\n');
console.log(JSON.stringify({ args: process.argv.slice(2), env: process.env, umask: process.umask(), core }));
`;

/** A program that opens what it is given again and again, wipes it each time, and keeps the heap in disorder meanwhile. */
const opensOften = `
import { createDecipheriv } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const [key, sealed] = process.argv.slice(2).map((digits) => Buffer.from(digits, 'hex'));
const mark = Buffer.from('never read by anybody');
let others = [];
for (let round = 0; round < 3000; round++) {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12));
  decipher.setAuthTag(sealed.subarray(-16));
  const opened = decipher.update(sealed.subarray(0, -16));
  decipher.final();
  opened.fill(0);
  if (round % 3 === 0) others.push(Buffer.allocUnsafeSlow(161));
  if (round % 500 === 499) {
    others = [];
    collect();
  }
}
console.log('done');
setInterval(() => mark.length, 1000);
`;

interface Told {
  readonly args: string[];
  readonly env: Record<string, string>;
  readonly umask: number;
  readonly core: [soft: string, hard: string];
}

let root: string;

function tell(result: RunResult): Told {
  expect(result).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(result.stdout) as Told;
}

async function start(program: string, args: readonly string[] = [], env: Record<string, string> = {}, cwd = root): Promise<RunResult> {
  return await run(program, args, { env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...env }, cwd });
}

beforeEach(() => {
  root = mkdtempSync(join(inject('temporary'), 'a place with spaces '));
  cpSync(join(repository, 'bin'), join(root, 'bin'), { recursive: true });
  for (const room of ['cli', 'daemon']) {
    mkdirSync(join(root, 'dist', room), { recursive: true });
    writeFileSync(join(root, 'dist', room, 'main.js'), told);
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
});

describe('the launchers in bin/', () => {
  it('are executable files, no links: a package made by npm has none', () => {
    for (const name of readdirSync(join(repository, 'bin'))) {
      const found = lstatSync(join(repository, 'bin', name));
      expect(found.isFile(), name).toBe(true);
      expect(found.mode & 0o111, name).toBe(0o111);
    }
  });

  it.for(['vault', 'vaultd'])('%s hands on its arguments as they are', async (name) => {
    const args = ['get', 'two words', '', '-u', "it's", '$HOME', '*'];
    expect(tell(await start(join(root, 'bin', name), args)).args).toEqual(args);
  });

  it('say so where the current directory has been deleted', async () => {
    const program = join(root, 'bin', 'vault');
    const { code, stdout, stderr } = await start('/bin/sh', ['-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$0" status', program]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('vault: the current directory has been deleted\nhint: cd to one that is there\n');
  });

  it('have the native program compile nothing where it is over before that pays', async () => {
    mkdirSync(join(root, 'dist', 'native', 'here-it-is'), { recursive: true });
    writeFileSync(join(root, 'dist', 'native', 'here'), 'here-it-is\n');
    writeFileSync(join(root, 'dist', 'native', 'here-it-is', 'vault'), '#!/bin/sh\nprintf "<%s>" "$BUN_JSC_useJIT"\n', {
      mode: 0o755,
    });
    const said = async (command: string) => (await start(join(root, 'bin', 'vault'), [command], { BUN_JSC_useJIT: '7' })).stdout;
    expect([await said('get'), await said('list')]).toEqual(['<0>', '<>']);
  });

  it.for(['git', 'docker'])('%s-credential-vault starts the same program as vault, through links too', async (name) => {
    const launcher = join(root, 'bin', `${name}-credential-vault`);
    symlinkSync(launcher, join(root, 'linked'));
    expect(tell(await start(join(root, 'linked'), ['get', ''])).args).toEqual([`helper-${name}`, 'get', '']);
    const PATH = `${join(root, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`;
    const { args, env } = tell(await start('/bin/sh', ['-c', `${name}-credential-vault list`], { PATH, NODE_OPTIONS: '--no-such' }, '/'));
    expect({ args, options: env['NODE_OPTIONS'] }).toEqual({ args: [`helper-${name}`, 'list'], options: undefined });
  });

  it.for(['vault', 'vaultd'])('%s is found through links of links, relative and absolute, and of directories', async (name) => {
    mkdirSync(join(root, 'elsewhere', 'deep'), { recursive: true });
    symlinkSync(join(root, 'bin', name), join(root, 'elsewhere', 'absolute'));
    symlinkSync('../absolute', join(root, 'elsewhere', 'deep', 'relative'));
    symlinkSync('deep/relative', join(root, 'elsewhere', name));
    symlinkSync(join(root, 'elsewhere'), join(root, 'directory'));
    expect(tell(await start(join(root, 'directory', name), ['x'])).args).toEqual(['x']);
    expect(tell(await start(`./${name}`, ['x'], {}, join(root, 'elsewhere'))).args).toEqual(['x']);
    expect(tell(await start('/bin/sh', [name, 'x'], {}, join(root, 'elsewhere'))).args).toEqual(['x']);
    const PATH = `${join(root, 'elsewhere')}:${dirname(process.execPath)}:/usr/bin:/bin`;
    expect(tell(await start('/bin/sh', ['-c', `${name} x`], { PATH }, '/')).args).toEqual(['x']);
  });

  it.for(['vault', 'vaultd'])('%s says what to do where nothing was built', async (name) => {
    cpSync(join(root, 'bin'), join(root, 'unbuilt', 'bin'), { recursive: true });
    symlinkSync(join(root, 'unbuilt'), join(root, 'link'));
    const result = await start(join(root, 'link', 'bin', name), [], { CDPATH: '/:.' });
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${name}: not built yet\nhint: run 'npm ci' in ${join(root, 'unbuilt')}\n`,
    });
  });

  it.for(['vault', 'vaultd'])('%s says what to do where Node.js is missing', async (name) => {
    const result = await start(join(root, 'bin', name), [], { PATH: join(root, 'empty') });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('Node.js 20.17 or newer');
  });
});

describe('a hostile environment', () => {
  /** Where it took effect, this would end the program or change its output. */
  function hostile(): Record<string, string> {
    writeFileSync(join(root, 'evil.cjs'), "console.log('evil'); process.exit(66);");
    writeFileSync(join(root, 'evil.cnf'), 'nodejs_conf = broken\n[broken');
    return {
      NODE_OPTIONS: `--require "${join(root, 'evil.cjs')}"`,
      NODE_PATH: root,
      NODE_DEBUG: 'module,http',
      NODE_V8_COVERAGE: join(root, 'coverage'),
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      OPENSSL_CONF: join(root, 'evil.cnf'),
      CDPATH: '/',
      ENV: join(root, 'evil.cjs'),
      BASH_ENV: join(root, 'evil.cjs'),
      IFS: '/',
    };
  }

  it('loads no code into the command line and makes it write nothing down', async () => {
    const { env, core } = tell(await start(join(root, 'bin', 'vault'), [], { ...hostile(), EDITOR: 'vi', DISPLAY: ':0' }));
    expect(Object.keys(env).filter((name) => /^(NODE_|OPENSSL_)/.test(name))).toEqual([]);
    expect(env).toMatchObject({ EDITOR: 'vi', DISPLAY: ':0' });
    expect(core[0]).toBe('0');
  });

  it('does not reach the daemon: it gets what it reads and nothing else', async () => {
    const known = {
      HOME: '/home/a b',
      LANG: 'C.UTF-8',
      TZ: '',
      XDG_DATA_HOME: '/x "$(y)" `z`',
      VAULTD_HOME: "/it's\nhere",
      VAULTD_PORT: '8123',
    };
    const other = {
      ...hostile(),
      VAULTD_TOKEN: 'token',
      LD_LIBRARY_PATH: '/nowhere',
      BUN_OPTIONS: 'x',
      SSH_AUTH_SOCK: '/x',
      XDG_CONFIG: 'x',
    };
    const { env, umask, core } = tell(await start(join(root, 'bin', 'vaultd'), ['run'], { ...other, ...known }));
    const { PATH, ...rest } = env;
    expect(rest).toEqual({
      ...known,
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: '65536',
      GLIBC_TUNABLES: 'glibc.malloc.perturb=255:glibc.malloc.tcache_count=0',
    });
    expect(PATH).toContain('/usr/bin');
    expect(umask).toBe(0o077);
    expect(core).toEqual(['0', '0']);
  });

  // Other C libraries have no such setting (docs/security.md).
  it.runIf(['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].some((loader) => existsSync(loader)))(
    'vaultd runs Node.js so that nothing is left of what was opened, wiped and freed',
    async () => {
      const [key, secret] = [randomBytes(32), randomBytes(160)];
      const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
      writeFileSync(join(root, 'dist/daemon/main.js'), opensOften);
      const daemon = spawn(join(root, 'bin/vaultd'), [key.toString('hex'), sealed.toString('hex')], {
        env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((resolve) => daemon.once('close', resolve));
      onTestFinished(async () => {
        daemon.kill('SIGKILL');
        await ended;
      });
      await new Promise((resolve) => daemon.stdout.once('data', resolve));
      const memory = memoryOf(daemon.pid ?? 0);
      expect(memory.includes('never read by anybody')).toBe(true);
      for (let at = 0; at < secret.length; at += 32) expect(memory.includes(secret.subarray(at, at + 32))).toBe(false);
    },
  );

  it.for(['vault', 'vaultd'])('%s takes no program from a relative entry of PATH', async (name) => {
    const cwd = join(root, 'hostile');
    mkdirSync(join(cwd, 'bin'), { recursive: true });
    for (const place of ['node', 'bin/node', 'env', 'readlink']) writeFileSync(join(cwd, place), '#!/bin/sh\nexit 66\n', { mode: 0o755 });
    const PATH = `.::bin:${dirname(process.execPath)}:/usr/bin:/bin:`;
    expect(tell(await start(join(root, 'bin', name), ['x'], { PATH }, cwd)).env['PATH']).toBe(`${dirname(process.execPath)}:/usr/bin:/bin`);
  });

  it('cannot put a program named after a helper of the shell before it', async () => {
    const evil = join(root, 'evil');
    mkdirSync(evil);
    writeFileSync(join(evil, '['), '#!/bin/sh\nexit 66\n');
    chmodSync(join(evil, '['), 0o755);
    expect((await start(join(root, 'bin', 'vault'), ['x'], { PATH: `${evil}:${dirname(process.execPath)}:/usr/bin:/bin` })).code).toBe(0);
  });
});

describe('the unit for systemd', () => {
  it('starts the launcher in the foreground', () => {
    expect(readFileSync(join(repository, 'docs/vaultd.service'), 'utf8')).toMatch(/^ExecStart=\S+\/bin\/vaultd run$/m);
  });
});
