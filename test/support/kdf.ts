/** The key derivation at its floor: real, and as quick as may be. */
export const quickKdf = { memoryMiB: 19, iterations: 2, parallelism: 1 } as const;
