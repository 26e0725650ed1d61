import type { Command } from 'commander';

/** The options that say what a generated password is made of (`GeneratorFlags`). */
export function addGeneratorOptions(command: Command): Command {
  return command
    .option('--words <n>', 'words of the EFF list instead of characters')
    .option('--no-symbols', 'no symbols')
    .option('--no-digits', 'no digits')
    .option('--no-upper', 'no capital letters')
    .option('--no-lower', 'no small letters')
    .option('--exclude <chars>', 'never these characters')
    .option('--no-ambiguous', 'no characters that are easily mistaken for another')
    .option('--min-digits <n>', 'so many digits at least')
    .option('--min-symbols <n>', 'so many symbols at least')
    .option('--separator <s>', 'what stands between words (-)')
    .option('--rules <rules>', 'what it must obey, as in "minlength: 8; required: digit; allowed: lower, [-_]"; empty for nothing');
}
