import type { StandardInput } from './input.ts';
import { readTextFile } from './read-file.ts';

/** A text that may come from elsewhere: `-` is standard input, `@FILE` a file, `@@…` a text that begins with `@`. */
export type TextSource =
  { readonly from: 'argument'; readonly text: string } | { readonly from: 'file'; readonly path: string } | { readonly from: 'stdin' };

export function parseTextSource(argument: string): TextSource {
  if (argument === '-') return { from: 'stdin' };
  if (argument.startsWith('@@')) return { from: 'argument', text: argument.slice(1) };
  if (argument.startsWith('@')) return { from: 'file', path: argument.slice(1) };
  return { from: 'argument', text: argument };
}

/** The text behind an argument; `option` is how errors name it. */
export async function readTextSource(source: TextSource, option: string, stdin: StandardInput): Promise<string> {
  if (source.from === 'argument') return source.text;
  return await (source.from === 'file' ? readTextFile(source.path) : stdin.whole(option));
}
