import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** All that a process has written to its memory (Linux): what a debugger, or a core file, would show. */
export function memoryOf(pid: number): Buffer {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const parts: Buffer[] = [];
    for (const [, from = '', to = ''] of readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
      const [start, end] = [BigInt(`0x${from}`), BigInt(`0x${to}`)];
      const bytes = Buffer.alloc(Number(end - start));
      parts.push(bytes.subarray(0, readSync(memory, bytes, 0, bytes.length, start)));
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(memory);
  }
}
