import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshHome, quickKdf, type Home } from '../support/home.ts';
import type { Terminal } from '../support/terminal.ts';
import { masterPassword } from '../e2e/vaults.ts';
import { codeBlocks, readDocument } from './markdown.ts';

const lines = codeBlocks(readDocument('README.md')).flatMap(({ text }) => text.trim().split('\n'));

/** The lines of the README from one that begins so, up to the next that ends a block of them. */
function linesFrom(begin: string, end: string): string[] {
  const first = lines.findIndex((line) => line.startsWith(begin));
  const last = lines.findIndex((line, i) => i >= first && line.startsWith(end));
  if (first < 0 || last < 0) throw new Error(`the README has no lines from "${begin}" to "${end}"`);
  return lines.slice(first, last + 1);
}

/** Programs that are not ours: an editor, a clipboard and a database's shell; `npx vault` is this vault, as it is in a clone. */
function withPrograms(home: Home): Record<string, string> {
  const directory = home.path('bin');
  mkdirSync(directory);
  const programs = { npx: 'exec "$@"', npm: 'true', psql: 'printf "connected to %s\\n" "$1"', xsel: 'cat >/dev/null', editor: 'true' };
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(directory, name), 0o700);
  }
  return { PATH: `${directory}:${home.environment()['PATH'] ?? ''}`, EDITOR: 'editor', PW: masterPassword, TOKEN: 'a token' };
}

type Answers = readonly (readonly [prompt: string, answer: string])[];

const newVault: Answers = [
  ['Choose a master password:', masterPassword],
  ['Once more', masterPassword],
  ['Make a recovery kit', 'n'],
  ['Username', 'somebody'],
  ['Password', ''],
];

/** What a person answers, by how a line begins. */
const answers: readonly (readonly [line: string, Answers])[] = [
  ['npm ci && npx vault add', newVault],
  ['vault add https://gitlab.com', newVault.slice(-2)],
  ['vault edit github.com --totp', [['TOTP secret:', 'JBSW Y3DP EHPK 3PXP']]],
  ['vault remove', [['to the trash?', 'y']]],
];

async function answer(terminal: Terminal, line: string): Promise<void> {
  for (const [prompt, text] of answers.find(([begin]) => line.startsWith(begin))?.[1] ?? []) {
    await terminal.waitForPrompt(prompt);
    terminal.answer(text);
  }
}

describe('the README', () => {
  it('can be followed word for word on a terminal', async () => {
    const home = freshHome({ kdf: quickKdf, clipboard: { clearSeconds: 1 } });
    const env = withPrograms(home);
    writeFileSync(home.path('dsn.txt'), 'postgres://db.example\n');
    const scripting = linesFrom('printf \'%s\' "$TOKEN"', 'x=$(vault get');
    const first = linesFrom('npm ci && npx vault add', 'npm ci && npx vault add');
    const intro = linesFrom('vault get github.com -c', 'psql');
    const everyDay = linesFrom('vault add example.com', 'vault generate');
    for (const line of [...first, ...scripting, ...intro, ...everyDay]) {
      const terminal = home.shellTerminal(line, { env });
      await answer(terminal, line);
      expect((await terminal.waitForEnd()).code, `${line}\n${terminal.output}`).toBe(0);
      if (line.startsWith('psql')) expect(terminal.output).toBe('connected to postgres://db.example\n');
    }
  });

  it('can be followed without a terminal', async () => {
    const home = freshHome();
    const [line = ''] = linesFrom('printf \'%s\\n\' "$PW" | npx vault init', "printf '%s\\n'");
    expect(await home.shell(line, { env: withPrograms(home) })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S{20}$/) });
  });
});
