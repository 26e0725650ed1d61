import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/repository.ts';

export interface CodeBlock {
  /** What stands after the three backticks: sh, json. */
  readonly language: string;
  readonly text: string;
}

/** A document of the repository, by its path there. */
export function readDocument(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

/** The fenced blocks of a document, in order. */
export function codeBlocks(document: string): CodeBlock[] {
  return [...document.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** The blocks that are indented by four spaces, without the indentation. */
export function indentedBlocks(document: string): string[] {
  return [...document.matchAll(/(?:^ {4}.*\n)+/gm)].map(([text]) => text.replace(/^ {4}/gm, ''));
}
