import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { SyncedCopy } from './synced-copy.ts';

const hex = (bytes: number) => z.hex().length(bytes * 2);

const seenManifest = z.strictObject({ lineage: hex(16), version: z.int().positive(), root: hex(32) });

const seenFile = z.record(hex(16), seenManifest);

/** The newest manifest this machine has seen of a user; texts are hexadecimal. */
export type SeenManifest = z.infer<typeof seenManifest>;

/** Where what `seen.json` holds is kept a second time, synced to the disk. */
export function keptPath(path: string): string {
  return `${path}.kept`;
}

/**
 * `seen.json`: which manifest of each user this machine saw last, so that an older copy of the database is noticed. It is kept
 * outside the database's directory, and replaced whole after each commit. A power cut may leave nothing of its content: then what was
 * synced last counts, some moments older.
 */
export class SeenManifests {
  readonly #path: string;
  readonly #onUnwritten: (error: unknown) => void;
  readonly #kept: SyncedCopy | null;
  readonly #byUser: Map<string, SeenManifest>;
  /** What could not be read: `seen.json`, so that what is known may be older; or all there was, so that nothing is known, as on a new machine. */
  readonly unreadable: 'nothing' | 'newest' | 'all';

  /**
   * @param onUnwritten told when the file cannot be written: what it lacks is written with the next change
   * @param kept the synced copy, at `keptPath`
   */
  constructor(path: string, onUnwritten: (error: unknown) => void = () => undefined, kept: SyncedCopy | null = null) {
    this.#path = path;
    this.#onUnwritten = onUnwritten;
    this.#kept = kept;
    const newest = readSeen(path);
    const known = isReadable(newest) ? newest : readSeen(keptPath(path));
    this.#byUser = new Map(isReadable(known) ? Object.entries(known) : []);
    this.unreadable = newest !== 'unreadable' ? 'nothing' : isReadable(known) ? 'newest' : 'all';
  }

  get(userId: Buffer): SeenManifest | null {
    return this.#byUser.get(userId.toString('hex')) ?? null;
  }

  /**
   * Keeps `manifest` unless a newer one of its lineage is known. On the disk (of a running system) when it returns, unless the disk
   * refuses: what it tells of is committed, and to call that a failure would be untrue.
   */
  set(userId: Buffer, manifest: SeenManifest): void {
    const known = this.get(userId);
    if (known?.lineage === manifest.lineage && known.version >= manifest.version) return;
    this.#byUser.set(userId.toString('hex'), manifest);
    this.#write();
  }

  /** Forgets what was seen of a user: whatever comes next is taken. */
  forget(userId: Buffer): void {
    if (this.#byUser.delete(userId.toString('hex'))) this.#write();
  }

  #write(): void {
    const temporary = `${this.#path}.new`;
    const text = JSON.stringify(Object.fromEntries(this.#byUser));
    try {
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch (error) {
      this.#onUnwritten(error);
      removeUnfinished(temporary);
    }
    this.#kept?.set(text);
  }
}

/** What a full disk has left of a file. */
function removeUnfinished(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is not there, or the disk refuses this too: it is written over next time.
  }
}

type ReadSeen = Readonly<Record<string, SeenManifest>> | 'unreadable' | null;

const isReadable = (read: ReadSeen) => read !== null && read !== 'unreadable';

/** Null where there is no such file. */
function readSeen(path: string): ReadSeen {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return seenFile.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}
