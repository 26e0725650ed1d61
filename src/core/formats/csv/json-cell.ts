import { addField, type Draft } from '../item.ts';
import { asList, asObject, asText, jsonOrNull } from '../json.ts';

function keep(draft: Draft, cell: string, what: string): void {
  draft.problems.push(`has ${what} that are not understood: kept as a hidden field`);
  addField(draft, what, cell, true);
}

/** The list that stands in a cell as JSON. Where there is none, that is a problem, and the cell becomes a hidden field. */
export function jsonList(draft: Draft, cell: string, what: string): readonly unknown[] {
  const list = jsonOrNull(cell);
  if (!Array.isArray(list)) keep(draft, cell, what);
  return asList(list);
}

/** The same for a list of addresses, which are texts or the `url` of objects; where any of it is neither, the cell is kept too. */
export function jsonAddresses(draft: Draft, cell: string, what: string): string[] {
  const list = jsonList(draft, cell, what).filter((one) => one !== '');
  const addresses = list.flatMap((one) => asText(asObject(one)?.['url'] ?? one) ?? []);
  if (addresses.length < list.length) keep(draft, cell, what);
  return addresses;
}
