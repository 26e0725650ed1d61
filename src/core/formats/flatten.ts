import { addField, type Draft, looksSecret } from './item.ts';
import { asObject, asObjects, asText, type JsonObject } from './json.ts';

/** Deeper JSON is kept as it is written: no program nests its items so far. */
const deepest = 6;

/** `zipOrPostalCode`, `expiration_month` and `userID` as people write them. */
export function humanName(key: string): string {
  return key
    .replaceAll('_', ' ')
    .replace(
      /([a-z])([A-Z]+)/g,
      (_, before: string, capitals: string) => `${before} ${capitals.length > 1 ? capitals : capitals.toLowerCase()}`,
    )
    .trim();
}

export interface FlattenOptions {
  /** Stands before each name. */
  readonly prefix?: string;
  /** Keys of the outermost object that have a place of their own already. */
  readonly except?: readonly string[];
  /** Hide every value, whatever its name. */
  readonly hidden?: boolean;
}

function flatten(draft: Draft, name: string, value: unknown, hidden: boolean, depth: number): void {
  if (value === null) return;
  if (typeof value !== 'object') addField(draft, name, asText(value), hidden || looksSecret(name));
  else if (depth >= deepest) addField(draft, name, JSON.stringify(value), true);
  else if (Array.isArray(value)) {
    for (const part of value) flatten(draft, name, part, hidden, depth + 1);
  } else {
    for (const [key, part] of Object.entries(value)) flatten(draft, `${name} ${humanName(key)}`.trim(), part, hidden, depth + 1);
  }
}

/** Keeps everything in an object as fields named by its keys: what no reader knows is not lost. */
export function addObject(draft: Draft, object: Readonly<Record<string, unknown>>, options: FlattenOptions = {}): void {
  const { prefix = '', except = [], hidden = false } = options;
  for (const [key, value] of Object.entries(object)) {
    if (!except.includes(key)) flatten(draft, `${prefix} ${humanName(key)}`.trim(), value, hidden, 0);
  }
}

/** The objects in a list of an item. What else stands there, or in place of the list, is kept in hidden fields: no program writes any so far. */
export function objectsOf(draft: Draft, item: JsonObject, key: string): JsonObject[] {
  const value = item[key];
  const others: unknown = Array.isArray(value) ? value.filter((one) => asObject(one) === null) : value;
  addObject(draft, { [key]: others }, { hidden: true });
  return asObjects(value);
}
