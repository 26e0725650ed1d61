import { spawn } from 'node:child_process';
import { eventually } from './eventually.ts';
import { isHere } from './is-here.ts';

/** Whether there can be a display with a clipboard here. */
export const displayIsPossible = process.platform === 'linux' && isHere('xclip') && isHere('Xvfb');

/** What prints the clipboard. Asked while it changes hands, xclip (0.13) waits for ever for an answer. */
export const paste = 'xclip -o -selection clipboard';

/** A display without a screen: its number, and how to end it. Without `-noreset` it throws out who connects while its last program leaves. */
export async function startDisplay(): Promise<{ readonly DISPLAY: string; readonly end: () => void }> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '64x64x8', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  server.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  await eventually(() => /^\d+\n/.test(said), { what: 'Xvfb says which display it is' });
  return { DISPLAY: `:${said.trim()}`, end: () => void server.kill() };
}
