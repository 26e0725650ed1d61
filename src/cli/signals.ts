const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

type EndingSignal = keyof typeof numbers;

export const endingSignals: readonly EndingSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** What has to be put back when the command ends by a signal: a terminal's mode, a file with secrets. */
export interface Signals {
  /** Runs `cleanup` if a signal ends the command; the result takes it back. Cleanups are synchronous, last one first. */
  onEnd(cleanup: () => void): () => void;
  /** While `work` runs, these signals belong to a program that we wait for: `handle` gets them, and the command goes on. */
  during<T>(signals: readonly NodeJS.Signals[], handle: (signal: NodeJS.Signals) => void, work: () => Promise<T>): Promise<T>;
}

/** Takes over the signals that end a command: each cleans up, and exits with 128 + its number, as a shell would report it. */
export function handleSignals(): Signals {
  const cleanups: (() => void)[] = [];
  const lent = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
  for (const signal of endingSignals) {
    process.on(signal, () => {
      const borrower = lent.get(signal);
      if (borrower !== undefined) {
        borrower(signal);
        return;
      }
      for (const cleanup of cleanups.reverse()) cleanup();
      process.exit(128 + numbers[signal]);
    });
  }
  return {
    onEnd: (cleanup) => {
      cleanups.push(cleanup);
      return () => {
        cleanups.splice(cleanups.indexOf(cleanup), 1);
      };
    },
    during: async (signals, handle, work) => {
      const others = signals.filter((signal) => !Object.hasOwn(numbers, signal));
      for (const signal of signals) lent.set(signal, handle);
      for (const signal of others) process.on(signal, handle);
      try {
        return await work();
      } finally {
        for (const signal of signals) lent.delete(signal);
        for (const signal of others) process.removeListener(signal, handle);
      }
    },
  };
}
