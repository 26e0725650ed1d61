import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../support/repository.ts';

const main = join(repository, 'dist', 'cli', 'main.js');

/** A built file and all that it loads before its first line runs. */
function closure(file: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, 'utf8');
  seen.set(file, text);
  for (const [, path = ''] of text.matchAll(/^(?:import|export) ?[^;]*?from ?"(\.[^"]+)";/gm)) closure(join(dirname(file), path), seen);
  for (const [, path = ''] of text.matchAll(/^import ?"(\.[^"]+)";/gm)) closure(join(dirname(file), path), seen);
  return seen;
}

/** The packages that are bundled into files, as the bundler says beside each. */
function packagesIn(files: Map<string, string>): string[] {
  const found = [...files.values()].flatMap((text) =>
    [...text.matchAll(/^\/\/ (?:\S*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)].map(([, name = '']) => name),
  );
  return [...new Set(found)];
}

/** The files, and with them the piece of this name that one of them loads later. */
function withPiece(files: Map<string, string>, name: string): Map<string, string> {
  const piece = new RegExp(`import\\("(?:\\./|\\./pieces/)(${name}-[A-Z0-9]+\\.js)"\\)`).exec([...files.values()].join('\n'))?.[1];
  expect(piece, `the piece ${name}`).toBeDefined();
  return closure(join(dirname(main), 'pieces', piece ?? ''), files);
}

describe('the way of everyday commands', () => {
  it('begins without any package: the plain forms of get, read, list and generate need none', () => {
    expect(packagesIn(closure(main))).toEqual([]);
  });

  it.each(['get', 'read', 'list', 'generate'])(
    'vault %s loads Commander and no other package: no prompts, no clipboard, no schemas',
    (command) => {
      const files = withPiece(withPiece(closure(main), 'command-line'), command);
      expect(packagesIn(files)).toEqual(['commander']);
      for (const text of files.values()) expect(text).not.toMatch(/^import [^;]* from "(clipboardy|argon2|better-sqlite3)";/m);
    },
  );

  it('is told from the ways that do load them', () => {
    expect(packagesIn(withPiece(withPiece(closure(main), 'command-line'), 'prompts'))).toContain('@inquirer/core');
  });
});
