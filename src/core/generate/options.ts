import { z } from 'zod';
import { text } from '../entry/schema.ts';

/** What a generated password may be made of. What is left out comes from the configuration (`generate.*`), then from `generatorDefaults`. */
export const generatorOptions = z
  .strictObject({
    /** Characters, 1 to 1024. Not together with `words`. */
    length: z.int().min(1).max(1024).optional(),
    /** Words of the EFF large list, 1 to 64; character options do not apply then. */
    words: z.int().min(1).max(64).optional(),
    separator: text.max(16).optional(),
    upper: z.boolean().optional(),
    lower: z.boolean().optional(),
    digits: z.boolean().optional(),
    symbols: z.boolean().optional(),
    /** Leaves out characters that are easily mistaken for another (0 O o 1 l I |). */
    ambiguous: z.boolean().optional(),
    exclude: text.max(256).optional(),
    minDigits: z.int().min(0).max(1024).optional(),
    minSymbols: z.int().min(0).max(1024).optional(),
    /** A site's rules in Apple's language (`minlength: 8; required: lower`); they come before the configuration. Not together with `words`. */
    rules: text.max(4096).optional(),
  })
  .meta({ id: 'GeneratorOptions' });

export type GeneratorOptions = z.infer<typeof generatorOptions>;
