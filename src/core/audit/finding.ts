/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const;

export type Severity = (typeof severities)[number];

/** What can be wrong with an entry, in the order in which equally bad ones are shown. */
export const findingKinds = ['breached', 'weak', 'reused', 'http', 'totp', 'old'] as const;

export type FindingKind = (typeof findingKinds)[number];

/** One thing that is wrong with one entry; nothing of it is secret. */
export interface Finding {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly message: string;
  /** The numbers behind it, by kind. */
  readonly details: Readonly<Record<string, number | string | readonly string[] | null>>;
}

/** What helps, by kind. */
export const advice: Readonly<Record<FindingKind, string>> = {
  breached: 'change it now',
  weak: 'change it for a generated one',
  reused: 'give each account its own',
  http: 'use https',
  totp: 'turn on one-time codes',
  old: 'change it',
};

/** For sorting: what is worst comes first, then by kind, then by name. */
export function compareFindings(a: Finding, b: Finding): number {
  const by = (one: Finding) => severities.indexOf(one.severity) * findingKinds.length + findingKinds.indexOf(one.kind);
  if (by(a) !== by(b)) return by(a) - by(b);
  const weight = (one: Finding) => {
    const { count, guessesLog10, others, days } = one.details;
    const [number] = [count, others, days].filter((value) => typeof value === 'number');
    return number ?? (typeof guessesLog10 === 'number' ? -guessesLog10 : 0);
  };
  return weight(b) - weight(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1);
}
