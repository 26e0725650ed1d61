import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type EntryFacts, factsOf, guessableWords } from '../../core/audit/facts.ts';
import { advice, type Finding } from '../../core/audit/finding.ts';
import { judge } from '../../core/audit/judge.ts';
import { readTotpSites, type TotpSites, totpSiteOf } from '../../core/audit/totp-sites.ts';
import { VaultError } from '../../core/errors.ts';
import { namePattern } from '../../core/lookup/pattern.ts';
import type { Cli } from '../cli.ts';
import { readConfigFile } from '../config-file.ts';
import { exportedEntries } from '../exported-entries.ts';
import { openHashFile } from '../hash-file.ts';
import { type NamedJson, readJsonFile } from '../json-file.ts';
import { checkLength } from '../names.ts';
import { confirmFromStdin } from '../password-stdin.ts';
import { createProgress } from '../progress.ts';
import { findingLines, findingTable } from '../show-audit.ts';
import { createStrengthHelpers } from '../strength-helper.ts';
import { count } from '../text.ts';

export interface AuditOptions {
  readonly hibp?: string;
  readonly maxAge?: string;
  readonly passwordStdin?: boolean;
}

const usualMaxAge = '365';
/** Between looks into the list of breached passwords, so many at a time, a signal can end the command. */
const looksAtOnce = 100;

function daysOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new VaultError('usage', '--max-age must be a whole number of days, or 0 for any age');
}

const totpSitesFile: NamedJson<TotpSites> = {
  what: 'list of sites with one-time codes',
  form: '2fa.directory',
  hint: 'vault config audit.totpSitesFile names it; vault config --unset audit.totpSitesFile does without',
  read: readTotpSites,
};

const entriesText = (number: number) => count(number, 'entry').replace('entrys', 'entries');

/** Reads every entry once. What is kept of it are facts, and how many guesses its password takes. */
async function gather(cli: Cli): Promise<Map<EntryFacts, number | null>> {
  const key = randomBytes(32);
  const known = new Map<EntryFacts, number | null>();
  const helpers = createStrengthHelpers(cli.program, cli.env);
  const progress = createProgress(cli.output, 'looking at passwords', null, entriesText);
  try {
    for await (const entry of exportedEntries(cli.client)) {
      const facts = factsOf(entry, key);
      known.set(facts, null);
      if (entry.password === null) progress.advance(1);
      else {
        await helpers.rate(entry.password, guessableWords(entry), (guesses) => {
          known.set(facts, guesses);
          progress.advance(1);
        });
      }
    }
    await helpers.finish();
  } finally {
    helpers.stop();
    progress.end();
  }
  return known;
}

/** How often each password was seen in breaches, by its hash. In the order of the hashes, which is that of the file. */
async function breachesOf(
  cli: Cli,
  { hashes }: ReturnType<typeof openHashFile>,
  facts: Iterable<EntryFacts>,
): Promise<Map<string, number | null>> {
  const wanted = [...new Set([...facts].map(({ sha1 }) => sha1).filter((sha1) => sha1 !== null))].sort();
  const progress = createProgress(cli.output, 'looking for breaches', wanted.length, String);
  const seen = new Map<string, number | null>();
  for (const [i, hash] of wanted.entries()) {
    seen.set(hash, hashes.count(hash));
    progress.advance(1);
    if (i % looksAtOnce === 0) await setImmediate();
  }
  progress.end();
  return seen;
}

function show({ globals, output }: Cli, findings: readonly Finding[], checked: number): void {
  if (globals.json) output.json({ findings: findings.map((finding) => ({ ...finding, advice: advice[finding.kind] })), checked });
  else if (!output.terminal) output.lines(findingLines(findings));
  else if (findings.length > 0) output.lines(findingTable(findings, output));
}

/** `vault audit [PATTERN]`. Exit 9 where something is wrong. */
export async function audit(
  cli: Cli,
  pattern: string | undefined,
  { hibp, maxAge = usualMaxAge, passwordStdin }: AuditOptions,
): Promise<void> {
  checkLength(pattern ?? '', 'PATTERN');
  const maxAgeDays = daysOf(maxAge);
  const list = hibp === undefined ? null : openHashFile(hibp);
  const path = readConfigFile(cli.paths.config).config.audit.totpSitesFile;
  const sites = path === null ? null : await readJsonFile(path, totpSitesFile);
  if (passwordStdin === true) await confirmFromStdin(cli);
  const known = await gather(cli);
  const seen = list === null ? null : await breachesOf(cli, list, known.keys());
  list?.close();
  const named = pattern === undefined ? null : namePattern(pattern);
  const wanted = ({ name }: EntryFacts) => named === null || named(name);
  const knowledge = (facts: EntryFacts) => ({
    guessesLog10: known.get(facts) ?? null,
    breaches: facts.sha1 === null ? undefined : seen?.get(facts.sha1),
    totpSite: sites === null ? null : totpSiteOf(sites, facts.hostsWithoutTotp),
  });
  const all = [...known.keys()];
  const findings = judge(all, knowledge, wanted, { now: new Date(), maxAgeDays });
  const checked = all.filter(wanted).length;
  show(cli, findings, checked);
  if (list === null) {
    cli.output.note(cli.output.noteStyle.dim('breaches were not looked for: --hibp FILE names the list of breached passwords'));
  }
  if (findings.length === 0) {
    cli.output.note(`${cli.output.noteStyle.green('nothing found')} in ${entriesText(checked)}`);
    return;
  }
  const affected = new Set(findings.map(({ id }) => id)).size;
  throw new VaultError('audit_findings', `${count(findings.length, 'finding')} in ${String(affected)} of ${entriesText(checked)}`, {
    hint: 'begin at the top: vault rotate NAME makes a new password and keeps the old one until the site has taken it',
  });
}
