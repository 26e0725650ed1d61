/*
 * The language in which sites say what their passwords may be: `minlength: 8; required: lower; allowed: [-_]` (Apple, "Password
 * Rules", and the parser in apple/password-manager-resources, whose reading of odd input this follows).
 */

/** What a site wants of a password. */
export interface PasswordRules {
  /** In characters; null where nothing is said. */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** How often the same character may follow itself; null for any number. */
  readonly maxConsecutive: number | null;
  /** Sets of characters, one of each of which there must be. A set that is named twice stands here twice. */
  readonly required: readonly string[];
  /** All characters that may be there, required ones included. */
  readonly allowed: string;
  /** How many rules, or sets in a rule, are none that we know: they are left out. */
  readonly unknown: number;
  /** How many rules are known; 0 means that the text says nothing. */
  readonly known: number;
}

function range(first: string, last: string): string {
  const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
  return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

const printable = range(' ', '~');
const [upper, lower, digit] = [range('A', 'Z'), range('a', 'z'), range('0', '9')];

/** The sets with a name. Beyond ASCII no site can be trusted, so `unicode` is no more than what can be typed everywhere. */
const named: Readonly<Record<string, string>> = {
  upper,
  lower,
  digit,
  special: Array.from(printable)
    .filter((one) => !`${upper}${lower}${digit}`.includes(one))
    .join(''),
  'ascii-printable': printable,
  unicode: printable,
};

function distinct(characters: string): string {
  return [...new Set(characters)].sort().join('');
}

/**
 * The end of a set that begins at `start` with `[`, after its `]`; null where it has none. The first `]` ends it, or the second
 * of two: `[a]]` holds `a` and `]`.
 */
function endOfSet(text: string, start: number): number | null {
  const first = text.indexOf(']', start);
  if (first < 0) return null;
  return text[first + 1] === ']' ? first + 2 : first + 1;
}

/** The characters between the brackets: only printable ones count, and `-` only in the first place. */
function charactersOf(set: string): string {
  const inner = Array.from(set.slice(1, -1));
  return distinct(inner.filter((one, i) => printable.includes(one) && (one !== '-' || i === 0)).join(''));
}

/** Cuts at a separator wherever it stands outside a set. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const end = text[at] === '[' ? endOfSet(text, at) : null;
    if (end === null && text[at] === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    at = end ?? at + 1;
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** The characters of one set, named or in brackets; null for what is none. Empty brackets say nothing. */
function parseSet(text: string): string | null {
  const name = text.toLowerCase();
  if (Object.hasOwn(named, name)) return named[name] ?? null;
  return text.startsWith('[') && endOfSet(text, 0) === text.length ? charactersOf(text) : null;
}

function lowest(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

/** Reads rules. Never throws: what is not understood is left out and counted. */
export function parseRules(text: string): PasswordRules {
  let minLength: number | null = null;
  let maxLength: number | null = null;
  let maxConsecutive: number | null = null;
  let [known, unknown] = [0, 0];
  const required: string[] = [];
  const allowed: string[] = [];
  for (const rule of split(text, ';')) {
    const [, property = '', value = ''] = /^([a-z-]+)\s*:\s*(.*)$/is.exec(rule) ?? [];
    const name = property.toLowerCase();
    const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
    let understood = number > 0;
    if (name === 'minlength' && understood) minLength = Math.max(minLength ?? 0, number);
    else if (name === 'maxlength' && understood) maxLength = lowest(maxLength, number);
    else if (name === 'max-consecutive' && understood) maxConsecutive = lowest(maxConsecutive, number);
    else if (name === 'required' || name === 'allowed') {
      const sets = split(value, ',').map(parseSet);
      unknown += sets.filter((set) => set === null).length;
      const characters = distinct(sets.map((set) => set ?? '').join(''));
      understood = characters !== '';
      if (understood) allowed.push(characters);
      if (understood && name === 'required') required.push(characters);
    } else {
      understood = false;
      unknown += 1;
    }
    if (understood) known += 1;
  }
  return {
    minLength,
    maxLength,
    maxConsecutive,
    required,
    allowed: allowed.length === 0 ? printable : distinct(allowed.join('')),
    known,
    unknown,
  };
}
