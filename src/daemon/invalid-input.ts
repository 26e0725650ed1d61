import type { ZodError } from 'zod';
import { VaultError } from '../core/errors.ts';

/** Zod's own message for unknown fields quotes their names, and no error repeats what it was sent. */
function reasonOf(issue: ZodError['issues'][number]): string {
  return issue.code === 'unrecognized_keys' ? 'has an unknown field' : issue.message;
}

/** The error for input that its schema refuses: where and why, never what. A text that is too large is 413, whatever else is wrong. */
export function invalidInput(error: ZodError): VaultError {
  const issues = error.issues.map((issue) => ({ path: issue.path.map(String), message: reasonOf(issue) }));
  const tooLarge = error.issues.some((issue) => issue.code === 'custom' && issue.params?.['tooLarge'] === true);
  const [first] = issues;
  const where = first === undefined || first.path.length === 0 ? 'the request' : first.path.join('.');
  const message = `${where}: ${first?.message ?? 'is not valid'}`;
  return new VaultError(tooLarge ? 'payload_too_large' : 'invalid_request', message, { details: { issues } });
}
