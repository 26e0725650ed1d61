import { z } from 'zod';
import { createEstimate } from '../core/audit/strength.ts';
import { linesOf } from './exported-entries.ts';

const question = z.tuple([z.string(), z.array(z.string())]);

/** What a helper of the audit does: a number for each password, until there are no more. */
export async function rateLines(stdin: AsyncIterable<Uint8Array>, answer: (line: string) => void): Promise<void> {
  const estimate = createEstimate();
  for await (const line of linesOf(stdin)) {
    const [password, guessable] = question.parse(JSON.parse(line));
    answer(`${String(estimate(password, guessable))}\n`);
  }
}
