import { CommanderError, type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { codeBlocks, indentedBlocks, readDocument } from './markdown.ts';

/** The program, whose commands do nothing. */
function program(): Command {
  return createProgram({ execute: () => Promise.resolve(), color: false });
}

/** The words of every `vault …` in lines of shell, up to what ends a command there. Quotes are taken off, not understood. */
function commandsIn(shell: string): string[][] {
  return shell
    .split('\n')
    .flatMap((line) => [
      ...line.replace(/(^| )#.*$| {3,}.*$/, '').matchAll(/(?:^|^\$ |npx |[|&('] ?)vault ((?:"[^"]*"|'[^']*'|[^|;&)"'])+)/g),
    ])
    .map(([, words = '']) => [...words.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, '')));
}

/** Every command as it may be typed, and its Commander object. */
function allCommands(root: Command, before: readonly string[] = []): (readonly [string, Command])[] {
  return root.commands.flatMap((command) => {
    const path = [...before, command.name()];
    return command.commands.length > 0 ? allCommands(command, path) : [[path.join(' '), command] as const];
  });
}

const shown = ['README.md', 'docs/api.md', 'docs/cli.md'].flatMap((path) => {
  const document = readDocument(path);
  const shell = codeBlocks(document).flatMap(({ language, text }) => (language === 'sh' ? [text] : []));
  // In docs/cli.md a synopsis is indented too: it is no command line.
  const examples = indentedBlocks(document).filter((text) => !/\[|^vault [a-z]+ [A-Z]+ /m.test(text));
  return [...shell, ...examples].flatMap(commandsIn).map((words) => [path, words.join(' '), words] as const);
});

describe('a command line in the documents', () => {
  it.each(shown)('in %s is one that the program understands: vault %s', async (_, __, words) => {
    try {
      await program().parseAsync([...words], { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
    }
  });

  it('is there in some number', () => {
    expect(shown.length).toBeGreaterThan(45);
  });
});

describe('docs/cli.md', () => {
  const document = readDocument('docs/cli.md');

  it.each(allCommands(program()))('tells of every option and alias of vault %s', (name, command) => {
    const [first = ''] = name.split(' ');
    const start = document.indexOf(`### \`vault ${first}`);
    expect(start).toBeGreaterThan(0);
    const section = document.slice(start, document.indexOf('\n### ', start + 1));
    const flags = command.options.filter(({ helpGroupHeading }) => helpGroupHeading !== 'Global options:').map((o) => o.short ?? o.long);
    // The setters of edit are those of add.
    const setters = first === 'edit' ? document.slice(document.indexOf('### `vault add'), document.indexOf('### `vault get')) : '';
    for (const flag of flags) expect(`${section}${setters}`, flag).toMatch(new RegExp(`(?<![\\w-])${flag ?? ''}(?![\\w-])`));
    for (const alias of command.aliases()) expect(section, alias).toMatch(new RegExp(`alias: ${alias}$`, 'm'));
  });
});
