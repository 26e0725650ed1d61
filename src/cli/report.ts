import { errorBody, errorTable, VaultError } from '../core/errors.ts';
import { hintFor } from './hints.ts';
import type { OutputStream } from './output.ts';
import { createStyle } from './style.ts';
import { escapeLine, safeJson } from './text.ts';

/** What stands below an error's line for people: candidates of an ambiguous name, names that may have been meant. */
function detailLines({ code, details }: VaultError): string[] {
  if (code === 'entry_ambiguous' && Array.isArray(details?.['candidates'])) return details['candidates'].map(candidateLine);
  if (Array.isArray(details?.['references'])) return details['references'].map(referenceLine);
  if (code === 'invalid_request' && Array.isArray(details?.['issues'])) return details['issues'].slice(1).map(issueLine);
  return [];
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function candidateLine(candidate: unknown): string {
  const [id, name, username] = ['id', 'name', 'username'].map((key) => property(candidate, key));
  return `  ${[id, name, username].map((part) => (typeof part === 'string' ? escapeLine(part) : '-')).join('  ')}`;
}

/** A reference that leads nowhere: where it stands, the reference, and why (read-references.ts). */
function referenceLine(found: unknown): string {
  const parts = ['where', 'reference', 'message'].map((key) => property(found, key));
  return `  ${parts.map((part) => (typeof part === 'string' ? escapeLine(part) : '-')).join('  ')}`;
}

function issueLine(issue: unknown): string {
  const path = property(issue, 'path');
  const where = Array.isArray(path) ? path.join('.') : '';
  const message = String(property(issue, 'message'));
  return `  ${escapeLine(where === '' ? message : `${where}: ${message}`)}`;
}

export interface ReportOptions {
  readonly json: boolean;
  readonly color: boolean;
}

/** Writes an error to stderr, as a line that says what to do and a hint, or as the API's error object; gives the exit status. */
export function reportError(error: VaultError, stderr: OutputStream, { json, color }: ReportOptions): number {
  if (json) {
    stderr.write(`${safeJson(errorBody(error))}\n`);
    return errorTable[error.code].exit;
  }
  const style = createStyle(color);
  const lines = [`${style.red('vault:')} ${escapeLine(error.message)}`, ...detailLines(error)];
  const hint = hintFor(error);
  if (hint !== undefined) lines.push(...hint.split('\n').map((line) => `${style.cyan('hint:')} ${escapeLine(line)}`));
  stderr.write(`${lines.join('\n')}\n`);
  return errorTable[error.code].exit;
}

/** Anything that was thrown, as an error of the table; what is not one is a defect, and says where it happened only when asked. */
export function asVaultError(thrown: unknown): VaultError {
  if (thrown instanceof VaultError) return thrown;
  const code = property(thrown, 'code');
  if (code === 'ENOSPC' || code === 'EDQUOT') return new VaultError('storage_full', 'the disk is full', { cause: thrown });
  const what = typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : '';
  return new VaultError('internal', `something went wrong in the command line${what}`, {
    hint: 'VAULTD_TRACE=1 shows where',
    cause: thrown,
  });
}
