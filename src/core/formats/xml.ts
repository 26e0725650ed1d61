import { SaxesParser } from 'saxes';
import { VaultError } from '../errors.ts';
import type { ByteSource } from './source.ts';
import { encodingOf, textPieces } from './text.ts';

export type XmlAttributes = Readonly<Record<string, string>>;

export interface XmlHandler {
  /** An element begins: the names from the outermost to it. The list is the reader's own and changes. */
  open?(path: readonly string[], attributes: XmlAttributes): void;
  /** It ends; `text` is the text directly within it. */
  close(path: readonly string[], text: string, attributes: XmlAttributes): void;
}

const deepest = 100;

/**
 * Reads XML as a stream. A document type declaration is refused, so there are no entities to expand but XML's own five and characters by
 * number. `invalid_request` for what is not well-formed, cut short or nested deeper than 100 elements.
 */
export function readXml(source: ByteSource, handler: XmlHandler): void {
  const parser = new SaxesParser({ xmlns: false, position: false } as const);
  const path: string[] = [];
  const open: { text: string; attributes: XmlAttributes }[] = [];
  const refuse = (why: string): never => {
    throw new VaultError('invalid_request', `the file is not sound XML: ${why}`);
  };
  // The parser's own messages quote the file.
  parser.on('error', () => refuse('it was cut short or damaged'));
  parser.on('doctype', () => refuse('it declares a document type, which is not allowed'));
  const addText = (text: string): void => {
    const inner = open.at(-1);
    if (inner !== undefined) inner.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', ({ name, attributes }) => {
    if (path.length >= deepest) refuse('its elements are nested too deep');
    path.push(name);
    open.push({ text: '', attributes });
    handler.open?.(path, attributes);
  });
  parser.on('closetag', () => {
    const inner = open.pop();
    if (inner !== undefined) handler.close(path, inner.text, inner.attributes);
    path.pop();
  });
  for (const text of textPieces(source, encodingOf(source))) parser.write(text);
  parser.close();
}
