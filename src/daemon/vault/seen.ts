import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const hex = (bytes: number) => z.hex().length(bytes * 2);

const seenManifest = z.strictObject({ lineage: hex(16), version: z.int().positive(), root: hex(32) });

const seenFile = z.record(hex(16), seenManifest);

/** The newest manifest this machine has seen of a user; texts are hexadecimal. */
export type SeenManifest = z.infer<typeof seenManifest>;

/**
 * `seen.json`: which manifest of each user this machine saw last, so that an older copy of the database is noticed. It is kept
 * outside the database's directory, and replaced whole after each commit.
 */
export class SeenManifests {
  readonly #path: string;
  readonly #onUnwritten: (error: unknown) => void;
  readonly #byUser: Map<string, SeenManifest>;
  /** Whether the file was there but unreadable: then nothing is known, as on a new machine. */
  readonly damaged: boolean;

  /** @param onUnwritten told when the file cannot be written: what it lacks is written with the next change */
  constructor(path: string, onUnwritten: (error: unknown) => void = () => undefined) {
    this.#path = path;
    this.#onUnwritten = onUnwritten;
    const read = readSeen(path);
    this.damaged = read === null;
    this.#byUser = new Map(Object.entries(read ?? {}));
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
    try {
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(this.#byUser)), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch (error) {
      this.#onUnwritten(error);
    }
  }
}

function readSeen(path: string): Record<string, SeenManifest> | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  try {
    return seenFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
