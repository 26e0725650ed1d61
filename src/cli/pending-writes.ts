/** What of a stream is looked at; `process.stdout` is one. */
interface Stream {
  write(data: string | Uint8Array, ...rest: readonly unknown[]): boolean;
}

/**
 * Counts what is written to a stream from now on and not out yet. To write nothing and wait for that is not enough: Bun 1.4 calls back for an
 * empty write at once, whatever waits before it for a pipe that is full.
 *
 * @returns resolves once all of it is out; where some could not be written, after the stream's `error` event, which tells why
 */
export function countWrites(stream: Stream): () => Promise<void> {
  const write = stream.write.bind(stream);
  let pending = 0;
  let failed = false;
  let whenOut: () => void = () => undefined;
  stream.write = (data, ...rest) => {
    pending += 1;
    const done = rest.at(-1);
    return write(data, ...rest.filter((argument) => typeof argument === 'string'), (error: unknown) => {
      pending -= 1;
      if (error instanceof Error) failed = true;
      if (typeof done === 'function') Reflect.apply(done, undefined, [error]);
      if (pending === 0) whenOut();
    });
  };
  return () =>
    new Promise((resolve) => {
      whenOut = () => {
        // The event comes after this callback.
        if (failed) setImmediate(resolve);
        else resolve();
      };
      if (pending === 0) whenOut();
    });
}
