import inspector from 'node:inspector';
import { setImmediate as turn } from 'node:timers/promises';

/** Turns of the event loop in which a signal that came before can still be heard. One is enough but for one that was just on its way. */
const turns = 5;

/** How often, and how long, to look whether it was opened after all: on a busy machine the thread that answers a signal may come late. */
const watch = { every: 20, during: 10_000 } as const;

/**
 * Keeps Node's inspector shut: SIGUSR1 would open it on a port, and any process of the user could read everything. The handler
 * prevents that from now on; in the first milliseconds, before it was there, the signal may have opened it already. Node answers
 * such a signal twice, at once and when the event loop turns (`Agent::RequestIoThreadStart`), so that one `close` is not enough.
 * Await this before any secret is read (Node 20 has no `--disable-sigusr1`).
 */
export async function shutInspector(): Promise<void> {
  process.on('SIGUSR1', () => undefined);
  for (let passed = 0; passed < turns; passed++) {
    inspector.close();
    await turn();
  }
  inspector.close();
  const watching = setInterval(() => {
    if (inspector.url() !== undefined) inspector.close();
  }, watch.every).unref();
  setTimeout(() => clearInterval(watching), watch.during).unref();
}
