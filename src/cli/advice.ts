import { fold } from '../core/lookup/fold.ts';

/** What guessers try first, whatever stands around it. */
const common =
  /pass(?:wor[dt]|wort)?|qwert|asdf|zxcv|letmein|welcome|admin|iloveyou|monkey|dragon|master|secret|vault|abc123|12345|(?:19|20)\d\d/giu;

/** Characters that are told by the one before them: repeated, or the next in a row. */
function predictable(characters: readonly string[]): number {
  return characters.filter((character, i) => {
    const before = characters[i - 1]?.codePointAt(0);
    const step = before === undefined ? null : (character.codePointAt(0) ?? 0) - before;
    return step !== null && Math.abs(step) <= 1;
  }).length;
}

/** How many characters a guesser really has to find. */
function surprise(password: string): number {
  const rest = [...fold(password).replace(common, '*')];
  const seen = new Set(rest);
  const unpredictable = rest.length - predictable(rest) * 0.75;
  return Math.min(unpredictable, seen.size * 2.5);
}

/**
 * Advice about a new master password in one short line; null where there is none to give. It is never a reason to refuse: all that it
 * counts is length less what is easily guessed (NIST SP 800-63B, section 5.1.1 and appendix A), which tells the hopeless from the rest.
 */
export function masterPasswordAdvice(password: string): string | null {
  const score = surprise(password);
  if (score >= 14) return null;
  const words = 'random words are better: vault generate --words 6';
  return score < 8 ? `easily guessed; ${words}` : `rather short; ${words}`;
}
