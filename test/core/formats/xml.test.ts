import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { readXml } from '../../../src/core/formats/xml.ts';
import { vaultError } from '../support.ts';

/** What a reader is told: each element as it begins, and as it ends. */
function events(xml: string): unknown[] {
  const told: unknown[] = [];
  readXml(bytesSource(Buffer.from(xml)), {
    open: (path, attributes) => void told.push(['open', path.join('/'), { ...attributes }]),
    close: (path, text, attributes) => void told.push(['close', path.join('/'), text, { ...attributes }]),
  });
  return told;
}

function refusal(why: string): string {
  return `the file is not sound XML: ${why}`;
}

describe('XML', () => {
  it('gives each element with its place, its own text and its attributes', () => {
    expect(events('<?xml version="1.0"?><!-- a --><a x="1"> one <b y="&lt;2&gt;">two</b><b/> &amp; <![CDATA[<three>]]>&#233;</a>')).toEqual(
      [
        ['open', 'a', { x: '1' }],
        ['open', 'a/b', { y: '<2>' }],
        ['close', 'a/b', 'two', { y: '<2>' }],
        ['open', 'a/b', {}],
        ['close', 'a/b', '', {}],
        ['close', 'a', ' one  & <three>é', { x: '1' }],
      ],
    );
  });

  it('does not mind prefixes that stand for nothing, nor a reader that only waits for ends', () => {
    expect(events('<p:a q:x="1"/>')).toEqual([
      ['open', 'p:a', { 'q:x': '1' }],
      ['close', 'p:a', '', { 'q:x': '1' }],
    ]);
    const ends: string[] = [];
    readXml(bytesSource(Buffer.from('<a><b>x</b></a>')), { close: (path, text) => void ends.push(`${path.join('/')}=${text}`) });
    expect(ends).toEqual(['a/b=x', 'a=']);
  });

  it('is read whole where it comes in pieces, in any encoding', () => {
    const long = 'ä漢💥'.repeat(100_000);
    const xml = `<a>${long}</a>`;
    for (const bytes of [Buffer.from(xml), Buffer.from(`\uFEFF${xml}`), Buffer.from(`\uFEFF${xml}`, 'utf16le')]) {
      const texts: string[] = [];
      readXml(bytesSource(bytes), { close: (_, text) => void texts.push(text) });
      expect(texts[0] === long && texts.length === 1).toBe(true);
    }
  });

  it('is refused where it declares a document type, before anything of it is read', () => {
    for (const xml of ['<!DOCTYPE a><a/>', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb">]><a>&b;</a>']) {
      expect(() => events(xml)).toThrow(refusal('it declares a document type, which is not allowed'));
      expect(() => events(xml)).toThrow(vaultError('invalid_request'));
    }
  });

  it('is refused where it is not well-formed or cut short, without a word of what stands in it', () => {
    for (const xml of ['', 'secret', '<a>secret', '<a>secret</b>', '<a>&secret;</a>', '<a/><b/>', '<a x="1" x="2"/>', '<a>\u0001</a>']) {
      expect(() => events(xml)).toThrow(refusal('it was cut short or damaged'));
    }
  });

  it('is refused where it is nested deeper than a hundred elements', () => {
    const nested = (depth: number) => `${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`;
    expect(events(nested(100))).toHaveLength(200);
    expect(() => events(nested(101))).toThrow(refusal('its elements are nested too deep'));
  });
});
