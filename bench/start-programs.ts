import { execFile } from 'node:child_process';
import { z } from 'zod';

/*
 * The process behind starter.ts: starts the programs that it is told to, and answers the milliseconds from start to end, or null
 * where a program failed.
 */

const startOrder = z.object({ program: z.string(), args: z.array(z.string()), environment: z.record(z.string(), z.string()) });

process.on('message', (message) => {
  const { program, args, environment } = startOrder.parse(message);
  const began = performance.now();
  execFile(program, args, { env: environment, maxBuffer: 1 << 30 }, (error) => {
    process.send?.(error === null ? performance.now() - began : null);
  });
});
