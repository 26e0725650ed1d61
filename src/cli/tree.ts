import type { EntrySummary } from '../core/entry/schema.ts';
import type { Style } from './style.ts';
import { escapeLine } from './text.ts';

/** A folder or an entry: one that is both has entries and children. */
interface Branch {
  readonly label: string;
  readonly entries: EntrySummary[];
  readonly children: Map<string, Branch>;
}

/** The parts of a name between slashes, which joined are the name: what is empty stays with the part beside it. */
export function nameParts(name: string): string[] {
  return name.split(/(?<=[^/])\/(?=.*[^/])/su);
}

function grow(entries: readonly EntrySummary[]): Branch {
  const root: Branch = { label: '', entries: [], children: new Map() };
  for (const entry of entries) {
    let branch = root;
    for (const label of nameParts(entry.name)) {
      const known = branch.children.get(label);
      const next = known ?? { label, entries: [], children: new Map<string, Branch>() };
      if (known === undefined) branch.children.set(label, next);
      branch = next;
    }
    branch.entries.push(entry);
  }
  return root;
}

function labelOf({ label, entries, children }: Branch, style: Style): string {
  const users = entries.map(({ username }) => username).filter((username) => username !== null);
  const name =
    entries.length === 0 ? style.cyan(`${escapeLine(label)}/`) : style.bold(escapeLine(label)) + (children.size > 0 ? style.cyan('/') : '');
  return users.length === 0 ? name : `${name}  ${style.dim(users.map(escapeLine).join(', '))}`;
}

function lines(branch: Branch, style: Style, indent: string): string[] {
  const children = [...branch.children.values()];
  return children.flatMap((child, i) => {
    const last = i === children.length - 1;
    return [
      `${style.dim(indent + (last ? '└── ' : '├── '))}${labelOf(child, style)}`,
      ...lines(child, style, indent + (last ? '    ' : '│   ')),
    ];
  });
}

/** Entries as a tree: names are paths where they have slashes. In the order in which they come. */
export function treeLines(entries: readonly EntrySummary[], style: Style): string[] {
  return [...grow(entries).children.values()].flatMap((branch) => [labelOf(branch, style), ...lines(branch, style, '')]);
}
