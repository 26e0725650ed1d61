// @ts-check
/**
 * Bundles the program into dist/ and copies what the docs page needs beside it. Writes only below dist/.
 *
 * - A build that is up to date does nothing: the first `npx vault` in a clone runs `prepare` again, and so does every `npm test`.
 * - A running vault is never disturbed: each file is renamed into place, pieces before the programs that load them, and the pieces
 *   of the build before stay, for a command that started with it may load them later.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, 'build.json');

/** Left to be loaded from node_modules: native code, and clipboardy, which starts helper programs that lie beside it. */
const external = ['@lydell/node-pty', 'argon2', 'better-sqlite3', 'clipboardy'];

/** The files of swagger-ui-dist that the docs page loads, and the licence they come under. */
const docsFiles = ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'favicon-32x32.png', 'LICENSE', 'NOTICE'];

/** Leftovers of builds that were killed are removed after this time; younger ones may belong to a build under way. */
const leftoverAgeMs = 3_600_000;

/**
 * @typedef {{ inputs: string, outputs: Record<string, number> }} Stamp `inputs` is a hash of all that the build reads, `outputs` maps each path below dist/ to its size.
 */

class NotInstalled extends Error {}

/** @returns {string[]} every file below a directory, sorted, so that the hash over them is stable */
function filesBelow(/** @type {string} */ directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A hash of all that the build reads: the sources, this file, the manifest, and npm's own record of what is installed. */
function hashInputs() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const fixed = ['package.json', 'tsconfig.json', 'scripts/build.js'].map((path) => join(root, path));
  const hash = createHash('sha256').update(process.version.replace(/\..*/, ''));
  for (const path of [...filesBelow(join(root, 'src')), ...fixed, ...(existsSync(installed) ? [installed] : [])]) {
    const contents = readFileSync(path);
    hash.update(`\0${relative(root, path)}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}

/** @returns {Stamp | null} what the last complete build wrote, or null where there was none or its stamp cannot be read */
function readStamp() {
  try {
    /** @type {Stamp} */
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
    return typeof stamp.outputs === 'object' ? stamp : null;
  } catch {
    return null;
  }
}

/** Whether every file of a build is there at its full size. */
function isComplete(/** @type {Stamp} */ stamp) {
  return Object.entries(stamp.outputs).every(([path, size]) => {
    const found = statSync(join(dist, path), { throwIfNoEntry: false });
    return found?.isFile() === true && found.size === size;
  });
}

/** Writes a file so that a reader sees the old one or the new one, whole; an equal one stays as it is. */
function put(/** @type {string} */ path, /** @type {Uint8Array} */ contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${String(process.pid)}.new`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

/** Bundles the three programs; the command line in pieces, so that a command loads only what it needs. */
async function bundle() {
  /** @type {typeof import('esbuild')} */
  let esbuild;
  try {
    esbuild = await import('esbuild');
  } catch (cause) {
    throw new NotInstalled('the development dependencies are not installed: run `npm ci` first', { cause });
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  /** @type {import('esbuild').BuildOptions & { write: false }} */
  const options = {
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20.17',
    external,
    define: { VAULT_VERSION: JSON.stringify(version) },
    legalComments: 'external',
    logLevel: 'silent',
    // CommonJS packages (commander, mute-stream) call `require` for Node's own modules, which an ES module does not have.
    banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
  };
  const results = await Promise.all([
    esbuild.build({
      ...options,
      entryPoints: { main: 'src/cli/main.ts' },
      outdir: join(dist, 'cli'),
      splitting: true,
      chunkNames: 'pieces/[name]-[hash]',
    }),
    esbuild.build({
      ...options,
      entryPoints: { main: 'src/daemon/main.ts', 'password-worker': 'src/daemon/password/worker.ts' },
      outdir: join(dist, 'daemon'),
    }),
  ]);
  return results.flatMap((result) => result.outputFiles.map(({ path, contents }) => ({ path, contents })));
}

/** @returns {{ path: string, contents: Uint8Array }[]} the docs page's own copies of Swagger UI: nothing is loaded from another host */
function docsAssets() {
  const from = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  return docsFiles.map((name) => ({ path: join(dist, 'daemon', 'docs', name), contents: readFileSync(join(from, name)) }));
}

/**
 * Compiles the command line to a native program for this system, with Bun, where npm could install it. Without one the launcher
 * runs the command line on Node.js.
 * @returns {string[]} what it wrote
 */
function compileNative() {
  const system = `${process.platform}-${process.arch}`;
  const packages = [`bun-${system}`, `bun-${system}-musl`].map((name) => join('@oven', name.replace('arm64', 'aarch64'), 'bin', 'bun'));
  // Its install script, where it ran, has moved the program of the one package into the other.
  const places = [...packages, join('bun', 'bin', 'bun.exe')].map((place) => join(root, 'node_modules', place));
  const bun = places.find((path) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 1024 * 1024);
  if (bun === undefined) {
    process.stderr.write(`no native program: Bun is not installed for ${system}; vault runs on Node.js\n`);
    return [];
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const directory = join(dist, 'native', system);
  const program = join(directory, 'vault');
  // Bun leaves half-made files where it works: a place that a build beside this one lets alone.
  const workshop = join(directory, `${String(process.pid)}.new`);
  const fresh = join(workshop, 'vault');
  mkdirSync(workshop, { recursive: true });
  const flags = ['--compile', '--splitting', '--minify', '--bytecode', '--format=esm', `--define=VAULT_VERSION=${JSON.stringify(version)}`];
  // Without these the program would load `.env` and `bunfig.toml`, whose `preload` is code, from wherever it is started.
  // Bun has pseudo-terminals of its own.
  const without = ['--external=@lydell/node-pty'];
  const safe = ['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'];
  execFileSync(bun, ['build', ...flags, ...safe, ...without, `--outfile=${fresh}`, join(root, 'src', 'cli', 'main.ts')], {
    cwd: workshop,
    env: { PATH: process.env['PATH'] ?? '', HOME: workshop, TMPDIR: workshop },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(fresh, program);
  rmSync(workshop, { recursive: true, force: true });
  // clipboardy looks for the xsel that it brings along beside its own source, which a native program has no more.
  const xsel = join(root, 'node_modules', 'clipboardy', 'fallbacks', 'linux', 'xsel');
  // Left out of packages: there the launcher asks the system.
  const here = join(dist, 'native', 'here');
  put(here, Buffer.from(`${system}\n`));
  if (process.platform !== 'linux' || !existsSync(xsel)) return [here, program];
  const helper = join(directory, 'helpers', 'xsel');
  put(helper, readFileSync(xsel));
  chmodSync(helper, 0o755);
  return [here, program, helper];
}

/**
 * The manual pages, which the command line makes of its own help.
 * @returns {string[]} what it wrote
 */
function writeManual() {
  const directory = join(dist, 'man');
  const workshop = join(directory, `${String(process.pid)}.new`);
  mkdirSync(workshop, { recursive: true });
  execFileSync(process.execPath, [join(dist, 'cli', 'main.js'), 'manual-pages', workshop], { stdio: ['ignore', 'ignore', 'inherit'] });
  const pages = filesBelow(workshop).map((path) => {
    const page = join(directory, relative(workshop, path));
    chmodSync(path, 0o644);
    renameSync(path, page);
    return page;
  });
  rmSync(workshop, { recursive: true, force: true });
  return pages;
}

/** Removes what neither this build nor the one before it wrote. */
function removeLeftovers(/** @type {ReadonlySet<string>} */ keep) {
  for (const path of filesBelow(dist)) {
    if (keep.has(relative(dist, path).split(sep).join('/'))) continue;
    const found = statSync(path, { throwIfNoEntry: false });
    const underWay = /\.new(\/|$)/.test(relative(dist, path).split(sep).join('/'));
    if (found !== undefined && (!underWay || Date.now() - found.mtimeMs > leftoverAgeMs)) rmSync(path, { force: true });
  }
}

/** Builds unless the last build saw the same inputs and all that it wrote is there. */
async function build() {
  const inputs = hashInputs();
  const last = readStamp();
  if (last?.inputs === inputs && isComplete(last)) return;
  const files = [...(await bundle()), ...docsAssets()].map(({ path, contents }) => {
    return { path, contents, name: relative(dist, path).split(sep).join('/') };
  });
  // A program goes last: once it is there, every piece that it loads is there too.
  const isProgram = (/** @type {string} */ name) => /^(cli|daemon)\/[^/]+\.js$/.test(name);
  files.sort((a, b) => Number(isProgram(a.name)) - Number(isProgram(b.name)));
  for (const { path, contents } of files) put(path, contents);
  const made = [...compileNative(), ...writeManual()].map((path) => ({
    name: relative(dist, path).split(sep).join('/'),
    size: statSync(path).size,
  }));
  const sizes = [...files.map(({ name, contents }) => ({ name, size: contents.byteLength })), ...made];
  removeLeftovers(new Set(['build.json', ...sizes.map(({ name }) => name), ...Object.keys(last?.outputs ?? {})]));
  /** @type {Stamp} */
  const stamp = { inputs, outputs: Object.fromEntries(sizes.map(({ name, size }) => [name, size])) };
  put(stampFile, Buffer.from(`${JSON.stringify(stamp, null, 1)}\n`));
  process.stderr.write(`built ${String(sizes.length)} files below dist/\n`);
}

try {
  await build();
} catch (error) {
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  // `npx vault` before `npm ci` runs `prepare` too. Failing it would leave npx a directory that stays broken; the launcher says what to do.
  if (!(error instanceof NotInstalled && process.env['npm_lifecycle_event'] === 'prepare')) process.exitCode = 1;
}
