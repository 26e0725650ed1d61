import { attachmentsAtMost, chunkCount, chunkLength } from '../../core/entry/attachment.ts';
import { type EarlierRevision, fitting } from '../../core/entry/earlier.ts';
import { VaultError } from '../../core/errors.ts';
import type { ImportedItem, ImportProblem, ImportResult } from '../../core/formats/item.ts';
import { limits } from '../../core/limits.ts';
import { count } from '../text.ts';

/** A request's body grows to this before it goes out. */
const pieceBytes = 64 * 1024;

/** Nobody reads more of them, and a hostile file could fill the memory with them. */
const mostProblems = 10_000;

/** Problems in the order of the file; those beyond the most that are kept are counted. */
export class Problems {
  readonly #kept: ImportProblem[] = [];
  #more = 0;

  add(problem: ImportProblem): void {
    if (this.#kept.length < mostProblems) this.#kept.push(problem);
    else this.#more += 1;
  }

  get all(): ImportProblem[] {
    const more = { place: 'the file', message: `has ${String(this.#more)} more problems of which only the number is kept` };
    return this.#more === 0 ? this.#kept : [...this.#kept, more];
  }
}

/** Files of an item, opened: their sizes stand before them. One that is damaged or too large is a problem. */
function filesOf({ attachments, place }: ImportedItem, problems: Problems): { name: string; data: Uint8Array }[] {
  const files: { name: string; data: Uint8Array }[] = [];
  for (const { name, size, read } of attachments) {
    const leave = (why: string) => {
      problems.add({ place, message: `has the attachment "${name}", which was left out: ${why}` });
    };
    if (files.length === attachmentsAtMost) leave(`an entry has at most ${String(attachmentsAtMost)}`);
    else if ((size ?? 0) > limits.attachmentBytes) leave('it is larger than 100 MiB');
    else {
      try {
        const data = read();
        if (data.length > limits.attachmentBytes) leave('it is larger than 100 MiB');
        else files.push({ name, data });
      } catch (error) {
        if (!(error instanceof VaultError)) throw error;
        leave(error.message);
      }
    }
  }
  return files;
}

/** The latest of an item's earlier revisions: those that are too much are a problem. */
function historyOf({ history, place }: ImportedItem, problems: Problems): EarlierRevision[] {
  const fits = fitting();
  const latest = history.slice(history.findLastIndex((revision) => !fits(revision)) + 1);
  const left = history.length - latest.length;
  if (left > 0) problems.add({ place, message: `has ${count(left, 'older revision')} beyond what an entry keeps: left out` });
  return latest;
}

/** An item as a line of `POST /imports`. What is not known is left out. */
function lineOf(
  { content, createdAt, updatedAt, passwordChangedAt, trashed, pending, place }: ImportedItem,
  history: readonly EarlierRevision[],
  attachments: readonly object[],
): string {
  const known = Object.entries({ createdAt, updatedAt, passwordChangedAt }).filter(([, time]) => time !== null);
  return JSON.stringify({
    ...content,
    ...Object.fromEntries(known),
    trashed,
    place,
    ...(pending === null ? {} : { pending }),
    ...(history.length === 0 ? {} : { history }),
    ...(attachments.length === 0 ? {} : { attachments }),
  });
}

/** A file's chunks, a line each, as they follow their entry's line. */
function* chunkLines(data: Uint8Array): Generator<string> {
  for (let index = 0; index < chunkCount(data.length); index++) {
    const from = index * limits.attachmentChunkBytes;
    const chunk = data.subarray(from, from + chunkLength(data.length, index));
    yield JSON.stringify({ chunk: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('base64') });
  }
}

function* linesOf(item: ImportedItem, problems: Problems): Generator<string> {
  const files = filesOf(item, problems);
  yield lineOf(
    item,
    historyOf(item, problems),
    files.map(({ name, data }) => ({ name, size: data.length })),
  );
  for (const { data } of files) yield* chunkLines(data);
}

export interface UploadOptions {
  readonly problems: Problems;
  /** Hears of each item as it goes out. */
  readonly onItem: (item: ImportedItem) => void;
}

/** The items of a file as the body of `POST /imports`, their own files behind each. */
export async function* importBody(results: AsyncIterable<ImportResult>, { problems, onItem }: UploadOptions): AsyncGenerator<Buffer> {
  let piece: string[] = [];
  let length = 0;
  for await (const result of results) {
    if ('problem' in result) {
      problems.add(result.problem);
      continue;
    }
    onItem(result.item);
    for (const line of linesOf(result.item, problems)) {
      piece.push(line, '\n');
      length += line.length;
      if (length < pieceBytes) continue;
      yield Buffer.from(piece.join(''));
      piece = [];
      length = 0;
    }
  }
  if (piece.length > 0) yield Buffer.from(piece.join(''));
}
