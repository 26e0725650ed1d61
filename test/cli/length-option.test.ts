import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { CommandWithLength, joinLength } from '../../src/cli/length-option.ts';

function parse(...args: string[]): { operands: string[]; generate: unknown; user: unknown; notes: unknown } {
  const command = new CommandWithLength('add')
    .argument('<name>')
    .option('-g, --generate [length]')
    .option('-u, --user <user>')
    .option('--notes <text>')
    .exitOverride()
    .action(() => undefined);
  const program = new Command().enablePositionalOptions().exitOverride();
  program.addCommand(command);
  program.parse(['add', ...args], { from: 'user' });
  const { generate, user, notes } = command.opts<{ generate?: unknown; user?: unknown; notes?: unknown }>();
  return { operands: command.args, generate, user, notes };
}

describe('LENGTH after -g', () => {
  it('is taken if it is all digits', () => {
    expect(parse('-g', '32', 'github.com')).toMatchObject({ operands: ['github.com'], generate: '32' });
    expect(parse('github.com', '--generate', '32')).toMatchObject({ generate: '32' });
    expect(parse('github.com', '-g32')).toMatchObject({ generate: '32' });
    expect(parse('github.com', '--generate=32')).toMatchObject({ generate: '32' });
  });

  it('is not taken otherwise: what follows is the name', () => {
    expect(parse('-g', 'github.com')).toMatchObject({ operands: ['github.com'], generate: '' });
    expect(parse('-g', '3com.com', '-u', 'me')).toMatchObject({ operands: ['3com.com'], generate: '', user: 'me' });
    expect(parse('github.com', '-g')).toMatchObject({ generate: '' });
    expect(parse('-g', '-u', '20', 'x')).toMatchObject({ operands: ['x'], generate: '', user: '20' });
  });

  it('leaves the values of other options alone, and what follows --', () => {
    expect(parse('x', '--notes', '-g', '-u', '--generate')).toMatchObject({
      operands: ['x'],
      notes: '-g',
      user: '--generate',
      generate: undefined,
    });
    expect(parse('-g', '--', '20')).toMatchObject({ operands: ['20'], generate: '' });
    expect(joinLength(['--', '-g', '20'], [])).toEqual(['--', '-g', '20']);
  });
});
