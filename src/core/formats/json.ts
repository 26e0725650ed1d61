import { VaultError } from '../errors.ts';
import type { ByteSource } from './source.ts';
import { readText } from './text.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** No program nests its items so far. What is deeper would overflow the stack of whoever walks or writes it. */
const deepest = 200;

/** Whether brackets outside of texts nest deeper than that: one pass over the characters. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      for (at++; at < text.length && text.charCodeAt(at) !== 34; at++) if (text.charCodeAt(at) === 92) at++;
    } else if (code === 91 || code === 123) {
      if (++depth > deepest) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}

/** Parses JSON that nests within bounds. What the engine says of an error quotes the text, so none of it is passed on. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new VaultError('invalid_request', 'the file is JSON that is nested too deep');
  try {
    return JSON.parse(text);
  } catch {
    throw new VaultError('invalid_request', 'the file is not whole JSON: it was cut short, damaged, or is of another format');
  }
}

/** The value of what is such JSON; null for any other text. */
export function jsonOrNull(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** A JSON file whose outermost value is an object. */
export function readJson(source: ByteSource): JsonObject {
  const value = asObject(parseJson(readText(source)));
  if (value === null) throw new VaultError('invalid_request', 'the file is JSON, but not of the shape this format has');
  return value;
}

/*
 * Other programs' files are read leniently: a value that is missing, null or of another kind than expected is no reason to refuse
 * an entry. Each of these gives the value where it is of the wanted kind, and null (or nothing) where it is not.
 */

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject | null {
  return isObject(value) ? value : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Items of a list, or of an object that has them by their ids. What is neither is an item that none can be made of. */
export function asItems(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : Object.values(asObject(value) ?? { value });
}

/** The objects of a list. */
export function asObjects(value: unknown): JsonObject[] {
  return asList(value).filter(isObject);
}

/** A text that is not empty; numbers and truth values as they are written. */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return null;
}

export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

/** True, 1, "true" and "1". */
export function asFlag(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === '1';
}
