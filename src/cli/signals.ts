/** What has to be put back when the command ends by a signal: a terminal's mode, a file with secrets. */
export interface Signals {
  /** Runs `cleanup` if a signal ends the command; the result takes it back. Cleanups are synchronous, last one first. */
  onEnd(cleanup: () => void): () => void;
  /** While `work` runs, Ctrl+C belongs to somebody else: to the editor that has the terminal. */
  withoutInterrupts<T>(work: () => Promise<T>): Promise<T>;
}

const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Takes over the signals that end a command: each cleans up, and exits with 128 + its number, as a shell would report it. */
export function handleSignals(): Signals {
  const cleanups: (() => void)[] = [];
  let interruptible = true;
  for (const [signal, number] of Object.entries(numbers)) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && !interruptible) return;
      for (const cleanup of cleanups.reverse()) cleanup();
      process.exit(128 + number);
    });
  }
  return {
    onEnd: (cleanup) => {
      cleanups.push(cleanup);
      return () => {
        cleanups.splice(cleanups.indexOf(cleanup), 1);
      };
    },
    withoutInterrupts: async (work) => {
      interruptible = false;
      try {
        return await work();
      } finally {
        interruptible = true;
      }
    },
  };
}
