import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEntryRequest } from '../../src/core/api/passwords.ts';
import { generatorOptions } from '../../src/core/generate/options.ts';
import { invalidInput } from '../../src/daemon/invalid-input.ts';

/** The message for a value that its schema refuses. */
function messageFor(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error('the schema takes it');
  return invalidInput(error).message;
}

describe('what is said about input that a schema refuses', () => {
  it.each([
    ['length: must be at most 1024', generatorOptions, { length: 100_000 }],
    ['words: must be at least 1', generatorOptions, { words: 0 }],
    ['length: must be of type integer', generatorOptions, { length: 1.5 }],
    ['separator: must be at most 16 characters', generatorOptions, { separator: '-'.repeat(17) }],
    ['upper: must be of type boolean', generatorOptions, { upper: 'yes' }],
    ['the request: must be of type object', generatorOptions, []],
    ['the request: has an unknown field', generatorOptions, { secret: 1 }],
    ['password: must not be empty', createEntryRequest, { name: 'a', password: '' }],
    ['urls: must be at most 1000 items', createEntryRequest, { name: 'a', password: 'x', urls: Array.from({ length: 1001 }, () => 'u') }],
    ['fields.0.value: is missing', createEntryRequest, { name: 'a', password: 'x', fields: [{ name: 'f' }] }],
    ['kind: expected one of "a"|"b"', z.strictObject({ kind: z.enum(['a', 'b']) }), { kind: 'c' }],
  ])('is for people, and holds nothing of the input: %s', (message, schema, value) => {
    expect(messageFor(schema, value)).toBe(message);
  });
});
