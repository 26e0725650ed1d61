import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../frame/random.ts';

/** One step of a daemon, or a mark of the trial's own, as shim.c and disk.ts write them. */
export type Step =
  | { readonly kind: 'create'; readonly file: string }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'unlink'; readonly file: string }
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  | { readonly kind: 'rename'; readonly file: string; readonly to: string }
  | { readonly kind: 'mark'; readonly text: string };

const magic = 0x544f5254;
const headLength = 24;

export function readLog(log: Buffer): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at + headLength <= log.length;) {
    if (log.readUInt32LE(at) !== magic) throw new Error(`the log is damaged at ${String(at)}`);
    const [step, pathLength, dataLength] = [log.readUInt32LE(at + 4), log.readUInt32LE(at + 8), log.readUInt32LE(at + 12)];
    const offset = Number(log.readBigUInt64LE(at + 16));
    const file = log.toString('utf8', at + headLength, at + headLength + pathLength);
    const data = log.subarray(at + headLength + pathLength, at + headLength + pathLength + dataLength);
    at += headLength + pathLength + dataLength;
    if (step === 1) steps.push({ kind: 'create', file });
    else if (step === 2) steps.push({ kind: 'write', file, offset, data });
    else if (step === 3) steps.push({ kind: 'truncate', file, length: offset });
    else if (step === 4) steps.push({ kind: 'sync', file });
    else if (step === 5) steps.push({ kind: 'rename', file, to: data.toString() });
    else if (step === 6) steps.push({ kind: 'unlink', file });
    else steps.push({ kind: 'mark', text: data.toString() });
  }
  return steps;
}

type Change = { readonly offset: number; readonly data: Buffer } | { readonly length: number };

/** Bytes that grow and shrink in place: logs are long. */
class Content {
  #bytes = Buffer.alloc(64 * 1024);
  #length = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  copy(): Content {
    const copy = new Content();
    copy.#bytes = Buffer.from(this.#bytes);
    copy.#length = this.#length;
    return copy;
  }

  apply(change: Change): void {
    const length = 'length' in change ? change.length : Math.max(this.#length, change.offset + change.data.length);
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(length * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    if (length < this.#length) this.#bytes.fill(0, length, this.#length);
    this.#length = length;
    if ('data' in change) change.data.copy(this.#bytes, change.offset);
  }
}

/** A file's content on the disk, and what was done to it since its last sync. */
class File {
  readonly durable = new Content();
  pending: Change[] = [];
}

type DirectoryStep =
  | { readonly kind: 'create'; readonly name: string; readonly file: File }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly name: string };

/** What of the changes since the last sync a power cut leaves: none of them, all, or whatever the disk got to, sectors torn. */
export type Survival = 'nothing' | 'everything' | 'something';

const sector = 512;

/** The parts of a write that reached the disk: sectors are whole or old, and come in any order. */
function torn({ offset, data }: { offset: number; data: Buffer }, random: Random): Change[] {
  const parts: Change[] = [];
  for (let at = 0; at < data.length;) {
    const end = Math.min(data.length, at + sector - ((offset + at) % sector));
    if (random.chance(0.5)) parts.push({ offset: offset + at, data: data.subarray(at, end) });
    at = end;
  }
  return parts;
}

/**
 * A disk to which a daemon's steps are done one by one. A file's content is on it once the file was synced; names once the directory
 * or the new file was, and in the order in which they changed, as journaling file systems keep them.
 */
export class ReplayedDisk {
  #names = new Map<string, File>();
  readonly #durableNames = new Map<string, File>();
  #pending: DirectoryStep[] = [];

  do(step: Step): void {
    if (step.kind === 'mark') return;
    if (step.kind === 'sync' && step.file === '.') {
      for (const each of this.#pending.splice(0)) rename(this.#durableNames, each);
      return;
    }
    if (step.kind === 'create') this.#change({ kind: 'create', name: step.file, file: new File() });
    else if (step.kind === 'rename') this.#change({ kind: 'rename', name: step.file, to: step.to });
    else if (step.kind === 'unlink') this.#change({ kind: 'unlink', name: step.file });
    else if (step.kind === 'sync') this.#sync(this.#file(step.file));
    else if (step.kind === 'write') this.#file(step.file).pending.push({ offset: step.offset, data: step.data });
    else this.#file(step.file).pending.push({ length: step.length });
  }

  /** Makes the files that a power cut now would leave. */
  cut(directory: string, survival: Survival, random: Random): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const names = new Map(this.#durableNames);
    const kept = survival === 'nothing' ? 0 : survival === 'everything' ? this.#pending.length : random.between(0, this.#pending.length);
    for (const step of this.#pending.slice(0, kept)) rename(names, step);
    for (const [name, file] of names) {
      const content = file.durable.copy();
      for (const change of survival === 'nothing' ? [] : file.pending) {
        if (survival === 'everything') content.apply(change);
        else if ('data' in change) for (const part of torn(change, random)) content.apply(part);
        else if (random.chance(0.5)) content.apply(change);
      }
      writeFileSync(join(directory, name), content.bytes, { mode: 0o600 });
    }
  }

  #change(step: DirectoryStep): void {
    rename(this.#names, step);
    this.#pending.push(step);
  }

  /** The file's content is on the disk now, and so is its name: the journal is written up to its making. */
  #sync(file: File): void {
    for (const change of file.pending.splice(0)) file.durable.apply(change);
    const made = this.#pending.findIndex((step) => step.kind === 'create' && step.file === file);
    for (const step of this.#pending.splice(0, made + 1)) rename(this.#durableNames, step);
  }

  #file(name: string): File {
    const file = this.#names.get(name);
    if (file === undefined) throw new Error(`the log changes ${name}, which it never made`);
    return file;
  }
}

function rename(names: Map<string, File>, step: DirectoryStep): void {
  if (step.kind === 'create') {
    names.set(step.name, step.file);
    return;
  }
  const file = names.get(step.name);
  names.delete(step.name);
  if (step.kind === 'rename' && file !== undefined) names.set(step.to, file);
}
