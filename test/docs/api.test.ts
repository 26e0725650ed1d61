import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshHome } from '../support/home.ts';
import { isHere } from '../support/is-here.ts';
import { errorTable } from '../../src/core/errors.ts';
import { freshDaemon } from '../daemon/test-daemon.ts';
import { createVault, masterPassword, succeed } from '../e2e/vaults.ts';
import { codeBlocks, readDocument } from './markdown.ts';

const document = readDocument('docs/api.md');
const blocks = codeBlocks(document);
const mark = '==== next ====';
const programs = ['curl', 'jq'].every(isHere);

/** The JSON values of a text, each of which begins a line. */
function values(text: string): unknown[] {
  return text
    .trim()
    .split(/\n(?=[[{])/)
    .map((value): unknown => JSON.parse(value));
}

/** What an example stands for: itself, save what is cut with an ellipsis or is a time. */
function pattern(example: unknown): unknown {
  if (Array.isArray(example)) return example.map(pattern);
  if (typeof example === 'object' && example !== null) {
    return Object.fromEntries(Object.entries(example).map(([key, value]) => [key, pattern(value)]));
  }
  return typeof example === 'string' && /…|^\d{4}-\d\d-\d\dT/.test(example) ? (expect.any(String) as unknown) : example;
}

describe.runIf(programs)('docs/api.md', () => {
  it('has examples that work in this order, with the answers that it shows', async () => {
    const home = freshHome();
    await createVault(home);
    await succeed(home, ['lock']);
    const script = blocks.filter(({ language }) => language === 'sh').map(({ text }) => `echo '${mark}'\n${text}`);
    const { code, stdout, stderr } = await home.shell(['set -eu', ...script].join('\n'), { env: { PW: masterPassword } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('started') });
    const printed = stdout.split(`${mark}\n`).slice(1);
    let example = -1;
    for (const { language, text } of blocks) {
      if (language === 'sh') example++;
      if (language === 'json') expect(values(printed[example] ?? '')).toEqual(values(text).map(pattern));
    }
    await eventually(() => home.daemonPid() === null, { what: 'the daemon ends after the last lock' });
  });
});

describe('docs/api.md', () => {
  it('names every code that is answered, beside its status', () => {
    const rows = [...document.matchAll(/^\| (\d{3}) \| (.*) \|$/gm)];
    const statuses = new Map(rows.map(([, status, codes = '']) => [Number(status), codes]));
    for (const [code, { status }] of Object.entries(errorTable)) {
      if (status !== undefined) expect(statuses.get(status), code).toContain(`\`${code}\``);
    }
  });

  it('names every route of the reference, and whether it wants a token', async () => {
    const { paths } = JSON.parse((await (await freshDaemon()).request('/openapi.json')).text) as {
      paths: Record<string, Record<string, { security: readonly object[] }>>;
    };
    const table = document.slice(document.indexOf('## All routes'));
    for (const [path, operations] of Object.entries(paths).filter(([name]) => name !== '/docs/{file}')) {
      for (const [method, { security }] of Object.entries(operations)) {
        const route = `${method.toUpperCase()} ${method === 'get' ? path : path.replace('{website}', '{id}')}`;
        const row = table.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${route}\``));
        expect(row?.split('|')[2]?.trim(), route).toBe(security.length > 0 ? 'yes' : '–');
      }
    }
  });
});
