import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { type GeneratorFlags, generatorRequest } from '../generator-flags.ts';
import { withSiteRules } from '../generator-options.ts';

export interface GenerateOptions extends GeneratorFlags {
  readonly clip?: boolean;
}

/** `vault generate [LENGTH]`. */
export async function generate(cli: Cli, length: string | undefined, options: GenerateOptions): Promise<void> {
  if (cli.globals.json && options.clip === true) throw new VaultError('usage', '--json and -c exclude each other');
  const json = await withSiteRules(cli, generatorRequest(length, options), options.rules, []);
  const answer = await cli.client.ask({ path: '/generate', method: '$post', json }, { start: true });
  if (cli.globals.json) cli.output.json(answer);
  else if (options.clip === true) {
    const { copyToClipboard } = await import('../clipboard.ts');
    cli.output.note(`copied a new password${await copyToClipboard(cli, answer.password)}`);
  } else cli.output.value(answer.password);
}
