import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Bytes read: none where the process has given this part back since its maps were read. */
function readMapped(memory: number, into: Buffer, start: bigint): number {
  try {
    return readSync(memory, into, 0, into.length, start);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EIO') return 0;
    throw error;
  }
}

/** All that a process has written to its memory (Linux): what a debugger, or a core file, would show. */
export function memoryOf(pid: number): Buffer {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const parts: Buffer[] = [];
    for (const [, from = '', to = ''] of readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
      const [start, end] = [BigInt(`0x${from}`), BigInt(`0x${to}`)];
      const bytes = Buffer.alloc(Number(end - start));
      parts.push(bytes.subarray(0, readMapped(memory, bytes, start)));
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(memory);
  }
}
