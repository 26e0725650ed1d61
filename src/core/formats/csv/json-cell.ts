import { VaultError } from '../../errors.ts';
import { addField, type Draft } from '../item.ts';
import { parseJson } from '../json.ts';

function parsed(cell: string): unknown {
  try {
    return parseJson(cell);
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

/** The list that stands in a cell as JSON. Where there is none, that is a problem, and the cell becomes a hidden field. */
export function jsonList(draft: Draft, cell: string, what: string): readonly unknown[] {
  const list = parsed(cell);
  if (Array.isArray(list)) return list;
  draft.problems.push(`has ${what} that are not understood: kept as a hidden field`);
  addField(draft, what, cell, true);
  return [];
}
