import { createHmac } from 'node:crypto';
import type { EntryContent } from '../entry/schema.ts';
import { isForAgent } from '../ssh/entry.ts';
import { fold } from './fold.ts';
import { hostOf, parents } from './hosts.ts';

/** Raised whenever the rules below give other terms: a user's rows of other rules are rebuilt at login. */
export const lookupRulesVersion = 3;

/** What a lookup row can be about. Numbers are part of the format: never reused. */
export const lookupKinds = { name: 1, host: 2, use: 3 } as const;

export interface LookupTerm {
  readonly kind: keyof typeof lookupKinds;
  readonly term: string;
}

const lookupValueLength = 16;

/** Entries that hold a key for the SSH agent, which has to find them all at each login. */
export const agentTerm: LookupTerm = { kind: 'use', term: 'ssh-agent' };

/** What an entry is found by: its folded name; the host of each URL and each parent of two or more labels; what serves it. No term twice. */
export function lookupTerms({
  name,
  urls,
  fields = [],
}: Pick<EntryContent, 'name' | 'urls'> & Partial<Pick<EntryContent, 'fields'>>): LookupTerm[] {
  const hosts = new Set<string>();
  for (const url of urls) {
    const host = hostOf(url);
    if (host !== null) for (const parent of parents(host.hostname)) hosts.add(parent);
  }
  const served = isForAgent({ fields }) ? [agentTerm] : [];
  return [{ kind: 'name', term: fold(name) }, ...Array.from(hosts, (term): LookupTerm => ({ kind: 'host', term })), ...served];
}

/** What the database holds in place of a term: `HMAC-SHA-256(lookup key, u8 kind | term in UTF-8)` cut to 16 bytes. */
export function lookupValue(lookupKey: Uint8Array, { kind, term }: LookupTerm): Buffer {
  // A kind, being below 128, is one byte of UTF-8.
  const message = `${String.fromCharCode(lookupKinds[kind])}${term}`;
  const mac = createHmac('sha256', lookupKey).update(message, 'utf8').digest();
  return mac.subarray(0, lookupValueLength);
}
