import { Command, type Option, type ParseOptionsResult } from 'commander';

/** How an argument that follows options is read: whether the next one belongs to it. */
function takesNext(argument: string, options: readonly Option[]): boolean {
  const option = options.find(({ short, long }) => argument === short || argument === long);
  return option?.required === true;
}

/**
 * Makes the LENGTH after `-g` what it is meant to be: taken only if it is all digits, so that `vault add -g github.com` has
 * a name. Commander would take whatever follows.
 */
export function joinLength(args: readonly string[], options: readonly Option[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? '';
    if (argument === '--') return [...joined, ...args.slice(i)];
    if (argument === '-g' || argument === '--generate') {
      const next = args[i + 1];
      const isLength = next !== undefined && /^\d+$/.test(next);
      joined.push(`--generate=${isLength ? next : ''}`);
      if (isLength) i++;
      continue;
    }
    joined.push(argument);
    const value = args[i + 1];
    if (takesNext(argument, options) && value !== undefined) {
      joined.push(value);
      i++;
    }
  }
  return joined;
}

/** A command with `-g [LENGTH]`. */
export class CommandWithLength extends Command {
  override parseOptions(args: string[]): ParseOptionsResult {
    return super.parseOptions(joinLength(args, this.options));
  }
}
