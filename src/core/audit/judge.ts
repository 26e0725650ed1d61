import type { EntryFacts } from './facts.ts';
import { compareFindings, type Finding } from './finding.ts';
import type { TotpSite } from './totp-sites.ts';

/** What was found out about one entry's password elsewhere. */
export interface PasswordKnowledge {
  /** Logarithm of how many guesses it takes; null where there is no password. */
  readonly guessesLog10: number | null;
  /** How often it was seen in breaches; 0 for never, null for often enough to be listed, without a number. Undefined where nobody looked. */
  readonly breaches?: number | null | undefined;
  /** The site that offers one-time codes, of which there is none; null where no such site is known. */
  readonly totpSite?: TotpSite | null;
}

export interface AuditOptions {
  readonly now: Date;
  /** Passwords older than so many days are old; 0 for never. */
  readonly maxAgeDays: number;
}

/** Guesses that a weak password takes at most, and a very weak one (the lower three of zxcvbn's five scores). */
const weakBelow = 8;
const veryWeakBelow = 6;

const dayMs = 86_400_000;

/** Entries that share a password although they are of several accounts, with the number of those. */
function reuse(all: readonly EntryFacts[]): ReadonlyMap<EntryFacts, { readonly group: number; readonly others: number }> {
  const groups = new Map<string, EntryFacts[]>();
  for (const facts of all) {
    if (facts.fingerprint === null) continue;
    const group = groups.get(facts.fingerprint);
    if (group === undefined) groups.set(facts.fingerprint, [facts]);
    else group.push(facts);
  }
  const reused = new Map<EntryFacts, { group: number; others: number }>();
  let number = 0;
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const accounts = countAccounts(group);
    if (accounts < 2) continue;
    number += 1;
    for (const facts of group) reused.set(facts, { group: number, others: accounts - 1 });
  }
  return reused;
}

/** How many accounts some entries are for: two entries for one username at one site are one, stored twice. */
function countAccounts(entries: readonly EntryFacts[]): number {
  const known = new Set<string>();
  let count = 0;
  for (const { accounts } of entries) {
    if (!accounts.some((account) => known.has(account))) count += 1;
    for (const account of accounts) known.add(account);
  }
  return count;
}

function times(number: number): string {
  return number === 1 ? 'once' : `${number.toLocaleString('en')} times`;
}

function age(days: number): string {
  const years = Math.floor(days / 365);
  return years >= 2 ? `${String(years)} years` : `${String(days)} days`;
}

/**
 * All that is wrong with entries, worst first. `of` gives what is known of an entry's password, and `wanted` says of which entries
 * findings are asked for: all are looked at, since a password may be shared with one that is not.
 */
export function judge(
  all: readonly EntryFacts[],
  of: (facts: EntryFacts) => PasswordKnowledge,
  wanted: (facts: EntryFacts) => boolean,
  { now, maxAgeDays }: AuditOptions,
): Finding[] {
  const reused = reuse(all);
  return all
    .filter(wanted)
    .flatMap((facts): Finding[] => {
      const { id, name, username } = facts;
      const { guessesLog10, breaches = 0, totpSite = null } = of(facts);
      const found: Omit<Finding, 'id' | 'name' | 'username'>[] = [];
      if (breaches !== 0) {
        const message = breaches === null ? 'breached' : `breached, seen ${times(breaches)}`;
        found.push({ kind: 'breached', severity: 'critical', message, details: { count: breaches } });
      }
      if (guessesLog10 !== null && guessesLog10 < weakBelow) {
        const severity = guessesLog10 < veryWeakBelow ? 'high' : 'medium';
        found.push({
          kind: 'weak',
          severity,
          message: severity === 'high' ? 'very weak' : 'weak',
          details: { guessesLog10: Math.round(guessesLog10 * 10) / 10 },
        });
      }
      const shared = reused.get(facts);
      if (shared !== undefined) {
        const message = `same as ${shared.others === 1 ? 'another account' : `${shared.others.toLocaleString('en')} other accounts`}`;
        found.push({ kind: 'reused', severity: 'high', message, details: { ...shared } });
      }
      if (facts.insecureUrls.length > 0) {
        found.push({ kind: 'http', severity: 'medium', message: 'http:// URL', details: { urls: facts.insecureUrls } });
      }
      if (totpSite !== null) {
        const message = `no one-time code, which ${totpSite.domain} offers`;
        found.push({ kind: 'totp', severity: 'low', message, details: { ...totpSite } });
      }
      const changed = facts.passwordChangedAt === null ? null : Date.parse(facts.passwordChangedAt);
      const days = changed === null ? 0 : Math.floor((now.getTime() - changed) / dayMs);
      if (maxAgeDays > 0 && days > maxAgeDays) {
        found.push({ kind: 'old', severity: 'low', message: `${age(days)} old`, details: { days, changedAt: facts.passwordChangedAt } });
      }
      return found.map((one) => ({ id, name, username, ...one }));
    })
    .sort(compareFindings);
}
