import inspector from 'node:inspector';

/**
 * Keeps Node's inspector shut: SIGUSR1 would open it on a port, and any process of the user could read everything. The handler
 * prevents that from now on; in the first milliseconds, before it was there, the signal may have opened it already. Call this
 * before any secret is read (Node 20 has no `--disable-sigusr1`).
 */
export function shutInspector(): void {
  process.on('SIGUSR1', () => undefined);
  inspector.close();
}
