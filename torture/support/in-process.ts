import { type BootKeys, createBootKeys } from '../../src/daemon/sessions/boot.ts';
import { startTestDaemon, type TestDaemon } from '../../test/daemon/test-daemon.ts';
import type { Run } from '../frame/run.ts';

/** The whole daemon in this process, without a server, for as long as the run; with its keys, to forge with. */
export async function daemonInProcess(run: Run): Promise<TestDaemon & { readonly boot: BootKeys }> {
  const boot = createBootKeys();
  const daemon = await startTestDaemon({ directory: run.directory(), boot });
  run.atEnd(() => daemon.close());
  return { ...daemon, boot };
}
