import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../support/repository.ts';
import { readDocument } from './markdown.ts';

const documents = [
  ...readdirSync(repository).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What a heading is linked to by, as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchors(document: string): string[] {
  return [...document.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));
}

const links = documents.flatMap((from) =>
  [...readDocument(from).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => [from, to] as const).filter(([, to]) => !/^[a-z]+:/.test(to)),
);

describe('a link in the documents', () => {
  it.each(links)('from %s to %s leads somewhere', (from, to) => {
    const [path = '', fragment] = to.split('#');
    const target = path === '' ? from : relative(repository, join(repository, dirname(from), path));
    expect(existsSync(join(repository, target)), target).toBe(true);
    if (fragment !== undefined) expect(anchors(readDocument(target))).toContain(fragment);
  });
});
