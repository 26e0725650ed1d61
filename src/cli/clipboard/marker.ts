import { join } from 'node:path';
import { makePrivateDirectory, readPrivateFile } from '../private-files.ts';
import { writePrivateFile } from '../write-private-file.ts';

/** The file that names the last copy: what was copied before it is nobody's to clear any more. */
function markerPath(runtimeDir: string): string {
  return join(runtimeDir, 'clipboard');
}

const atOnce = ' at once';

/** Makes `id` the last copy. */
export function markCopy(runtimeDir: string, id: string): void {
  makePrivateDirectory(runtimeDir);
  writePrivateFile(markerPath(runtimeDir), id);
}

/** What becomes of a copy: it is cleared in its time, or at once, or left to whoever copied after it. */
export function fateOf(runtimeDir: string, id: string): 'in time' | 'at once' | 'left' {
  const marker = readPrivateFile(markerPath(runtimeDir));
  if (marker === id) return 'in time';
  return marker === id + atOnce ? 'at once' : 'left';
}

/** Tells the process that clears the last copy, if it is still there, to do it now. */
export function clearAtOnce(runtimeDir: string): void {
  const marker = readPrivateFile(markerPath(runtimeDir));
  if (marker === null || marker.endsWith(atOnce)) return;
  writePrivateFile(markerPath(runtimeDir), marker + atOnce);
}
