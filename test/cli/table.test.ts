import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { createStyle } from '../../src/cli/style.ts';
import { table } from '../../src/cli/table.ts';

const plain = createStyle(false);
const heads = ['NAME', 'USERNAME', 'TAGS'];

describe('a table', () => {
  it('aligns by what characters take up, wide ones and combining ones included', () => {
    const lines = table(
      heads,
      [
        ['日本語', 'a', 'x'],
        ['é́', 'b', 'y'],
        ['👩‍👩‍👧‍👦', 'c', 'z'],
      ],
      { columns: 80, style: plain },
    );
    const starts = lines.slice(1).map((line) => stringWidth(line.slice(0, line.search(/[abc]/))));
    expect(new Set(starts).size).toBe(1);
  });

  it('leaves out a column that holds nothing', () => {
    expect(table(heads, [['a', '', '']], { columns: 80, style: plain })).toEqual(['NAME', 'a']);
    expect(
      table(
        heads,
        [
          ['a', 'b', ''],
          ['c', '', ''],
        ],
        { columns: 80, style: plain },
      ),
    ).toEqual(['NAME  USERNAME', 'a     b', 'c']);
  });

  it('never gets wider than the terminal as long as that is reasonable, and says where something is missing', () => {
    for (const columns of [200, 80, 60, 45]) {
      const lines = table(heads, [['n'.repeat(100), 'u'.repeat(30), '漢'.repeat(60)]], { columns, style: plain });
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
    const [, row = ''] = table(heads, [['n'.repeat(100), 'user', 'tag']], { columns: 40, style: plain });
    expect(row).toMatch(/^n+…\s+user\s+tag$/);
  });

  it('cuts between characters as people see them', () => {
    const [, row = ''] = table(['NAME'], [['👩‍👩‍👧‍👦'.repeat(20)]], { columns: 15, style: plain });
    expect(row).toBe(`${'👩‍👩‍👧‍👦'.repeat(7)}…`);
  });
});
