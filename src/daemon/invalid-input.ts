import type { ZodError } from 'zod';
import { VaultError } from '../core/errors.ts';

type Issue = ZodError['issues'][number];

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };
const zodsOwnWords = /^(?:Too big|Too small|Invalid input|Invalid option): /;

/** A reason to follow the name of a value. What a schema says itself stands; what Zod says by itself is for programmers. */
function reasonOf(issue: Issue): string {
  // Its message quotes the fields' names, and no error repeats what it was sent.
  if (issue.code === 'unrecognized_keys') return 'has an unknown field';
  if (!zodsOwnWords.test(issue.message)) return issue.message;
  if (issue.code === 'too_big') return `must be at most ${String(issue.maximum)}${units[issue.origin] ?? ''}`;
  if (issue.code === 'too_small') return `must be at least ${String(issue.minimum)}${units[issue.origin] ?? ''}`;
  if (issue.code === 'invalid_type') {
    return issue.message.endsWith('received undefined')
      ? 'is missing'
      : `must be of type ${issue.expected === 'int' ? 'integer' : issue.expected}`;
  }
  return issue.message.replace(zodsOwnWords, '');
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
