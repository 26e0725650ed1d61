import type { Output } from './output.ts';

/** Says so where a change has been made, but the disk refused to let go of what it replaced or deleted. */
export function warnLeftOnDisk(output: Output, leftOnDisk: boolean): void {
  if (!leftOnDisk) return;
  output.warn(
    'the disk refused to let go of what was replaced: it may be read there until it has room and the daemon ends (vault lock --all)',
  );
}
