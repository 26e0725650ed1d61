import { describe, expect, it } from 'vitest';
import { masterPasswordAdvice } from '../../src/cli/advice.ts';

describe('advice about a master password', () => {
  it.each([
    'hunter2',
    'password',
    'Password2024!',
    'qwertyuiop',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'abcdefghijklmnop',
    '123456789012345',
    'letmein',
  ])('warns of %s', (password) => {
    expect(masterPasswordAdvice(password)).toMatch(/^easily guessed.*vault generate --words 6$/);
  });

  it.each(['Tr0ub4dor&3', 'kitchen-table'])('asks for more than %s', (password) => {
    expect(masterPasswordAdvice(password)).toMatch(/^rather short/);
  });

  it.each([
    'correct horse battery staple',
    'abandon-mortuary-gladly-unfold-spruce',
    'x7#Kp!v9Qz2&Lm4w',
    'Полночный экспресс в Ростов',
    '堅い扉の向こうにある鍵を探す旅人',
  ])('has nothing to say about %s', (password) => {
    expect(masterPasswordAdvice(password)).toBeNull();
  });
});
