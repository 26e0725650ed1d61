import { type Bun, openByBun } from './bun-pty.ts';
import type { OpenPty } from './pty.ts';

declare const Bun: Bun | undefined;

/** How this system opens pseudo-terminals: by Bun in the native program, on Node.js by node-pty; null where that has none for it (musl). */
export async function loadPty(): Promise<OpenPty | null> {
  if (typeof Bun !== 'undefined') return (options) => openByBun(Bun, options);
  try {
    const { openByNode } = await import('./node-pty.ts');
    return openByNode;
  } catch {
    return null;
  }
}
