import { writeSync } from 'node:fs';
import { variable, type Environment } from '../environment.ts';

/** Terminals take so much and drop the rest, or all of it (xterm's own limit, less the sequence around it). */
const maxBytes = 74_994;

/** Asks the terminal to set its clipboard (XTerm Control Sequences, OSC 52); GNU screen hands on what is wrapped for it. */
export function writeToTerminal(terminal: number, env: Environment, text: string): Promise<void> {
  const encoded = Buffer.from(text).toString('base64');
  if (encoded.length > maxBytes) return Promise.reject(new Error('too long for a terminal'));
  const sequence = `\u001b]52;c;${encoded}\u0007`;
  const isScreen = variable(env, 'STY') !== null;
  writeSync(terminal, isScreen ? `\u001bP${sequence}\u001b\\` : sequence);
  return Promise.resolve();
}
