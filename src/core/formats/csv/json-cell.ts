import { addField, type Draft } from '../item.ts';
import { jsonOrNull } from '../json.ts';

/** The list that stands in a cell as JSON. Where there is none, that is a problem, and the cell becomes a hidden field. */
export function jsonList(draft: Draft, cell: string, what: string): readonly unknown[] {
  const list = jsonOrNull(cell);
  if (Array.isArray(list)) return list;
  draft.problems.push(`has ${what} that are not understood: kept as a hidden field`);
  addField(draft, what, cell, true);
  return [];
}
