/** Seconds of this process's own work: a machine that others keep busy makes nothing of ours slower in it. */
export function workSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Work, in seconds, that only what explodes or hangs takes: a tenfold of what the slowest test needs, on a slow machine. Where growth with
 * the square is the fault to be found, the test has so much to do that it would take far longer than this.
 */
export const muchWork = 20;

/** Not in mutation testing (scripts/mutate.js): a file that holds all its possible faults at once is many times slower. */
export const speedCounts = process.env['MUTATION_TESTS'] === undefined;
