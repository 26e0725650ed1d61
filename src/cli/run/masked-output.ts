import { createMasker } from '../../core/mask.ts';

/** How long the beginning of a secret is held back, in milliseconds, where nothing follows it. */
interface Patience {
  /** For a character or two: they begin much that is no secret, and somebody may be waiting to see what they type. */
  readonly few: number;
  /** For more, which are hardly there by chance. */
  readonly more: number;
}

export const terminalPatience: Patience = { few: 50, more: 1000 };
/** Nobody looks at a pipe; but a program at its other end may wait for a prompt. */
export const pipePatience: Patience = { few: 2000, more: 2000 };

const few = 2;

/** A stream of output without secrets. */
export interface MaskedOutput {
  write(piece: Uint8Array): void;
  /** Shows what was held back. */
  flush(): void;
}

/** Passes output on with the secrets masked, and as soon as may be: only what may be the beginning of a secret waits a little. */
export function maskOutput(secrets: readonly string[], patience: Patience, show: (bytes: Buffer) => void): MaskedOutput {
  const masker = createMasker(secrets);
  let timer: NodeJS.Timeout | undefined;
  const pass = (bytes: Buffer): void => {
    if (bytes.length > 0) show(bytes);
  };
  return {
    write: (piece) => {
      clearTimeout(timer);
      pass(masker.push(piece));
      if (masker.pending === 0) return;
      timer = setTimeout(() => pass(masker.flush()), masker.pending <= few ? patience.few : patience.more);
    },
    flush: () => {
      clearTimeout(timer);
      pass(masker.flush());
    },
  };
}
