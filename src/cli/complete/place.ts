import type { Command, Option } from 'commander';

/** Where on a line the word stands that is to be completed. */
export interface Place {
  readonly command: Command;
  /** The plain arguments before it. */
  readonly operands: readonly string[];
  /** The options before it, each with its value where it has one. */
  readonly given: readonly { readonly option: Option; readonly value: string | null }[];
  /** The option that waits for this word as its value. */
  readonly awaited: Option | null;
  /** Whether options may still come. */
  readonly takesOptions: boolean;
  /** How many words there are before the first operand: what follows is another program's, where the command hands it on. */
  readonly before: number;
}

function optionNamed(command: Command | null, flag: string): Option | undefined {
  if (command === null) return undefined;
  return command.options.find(({ short, long }) => flag === short || flag === long) ?? optionNamed(command.parent, flag);
}

/** Follows the words of a line, as the program itself would read them. */
export function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let awaited: Option | null = null;
  let takesOptions = true;
  let before = 0;
  const operands: string[] = [];
  const given: { option: Option; value: string | null }[] = [];
  for (const [index, word] of words.entries()) {
    if (awaited !== null) {
      given.push({ option: awaited, value: word });
      awaited = null;
    } else if (takesOptions && word === '--') takesOptions = false;
    else if (takesOptions && word.startsWith('-') && word !== '-') {
      const [flag = '', value = null] = /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];
      const option = optionNamed(command, flag);
      if (option === undefined) continue;
      if (option.required && value === null) awaited = option;
      else given.push({ option, value });
    } else {
      const sub = operands.length === 0 ? subcommand(command, word) : undefined;
      if (sub !== undefined) {
        command = sub;
        continue;
      }
      if (operands.length === 0) before = index;
      operands.push(word);
      // What this command runs has options of its own.
      if (command.name() === 'run' && command.parent === program) takesOptions = false;
    }
  }
  return { command, operands, given, awaited, takesOptions, before: operands.length === 0 ? words.length : before };
}

export function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
}
