import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { u32, u8, wipe } from '../../core/crypto/bytes.ts';
import { open } from '../../core/crypto/seal.ts';
import { VaultError } from '../../core/errors.ts';
import { type Answer, decodeAnswer } from './answer.ts';
import { frame, PipeReader } from './frames.ts';
import {
  answerContext,
  type Asked,
  decodeAsked,
  encodeTask,
  frameLimit,
  oneTimeKeyLength,
  type Operation,
  operations,
  type Task,
} from './protocol.ts';

/** A process that has a request's body, and waits for what to derive. */
export interface PasswordChild {
  /** What the body asks for besides its passwords. */
  readonly asked: Asked;
  /** Lets it derive. The answer's bytes are wiped when `use` has finished. Throws what the child refuses with, or `internal` where it dies. */
  derive<T>(task: Task, use: (answer: Answer) => Promise<T>): Promise<T>;
}

/** The longest a derivation may take: 2 GiB and 16 passes, twice, on a slow machine. */
const patience = 10 * 60_000;

function died(): VaultError {
  return new VaultError('internal', 'the key derivation ended early: the machine may be short of memory');
}

/**
 * Starts the process that sees a password and gives it a request's body, whose chunks are zeroed
 * once they are written. It runs
 * without an environment, inherits the core size of 0, and is ended when `work` is done.
 *
 * @throws VaultError `invalid_request`, `payload_too_large` where the body is refused
 */
export async function withPasswordChild<T>(
  program: string,
  operation: Operation,
  body: readonly Buffer[],
  work: (child: PasswordChild) => Promise<T>,
): Promise<T> {
  const key = randomBytes(oneTimeKeyLength);
  const child = spawn(process.execPath, [program], { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'], timeout: patience });
  // A child that cannot start or has ended shows in what it does not say.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  // It must not outlive a daemon that ends meanwhile: it knows a password.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const output = new PipeReader(child.stdout);
  const heard = async (index: number): Promise<Buffer> => {
    const sealed = await output.takeFrame(frameLimit);
    if (sealed === null) throw died();
    try {
      return open(key, answerContext(index), sealed);
    } catch (error) {
      // Not the vault's damage: whatever answered was not the process we started.
      throw new VaultError('internal', 'the key derivation gave no answer of its own', { cause: error });
    }
  };
  try {
    const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
    const preface = Buffer.concat([key, u8(operations[operation]), u32(length)]);
    await write(child.stdin, [preface, ...body]);
    return await work({
      asked: decodeAsked(await heard(0)),
      derive: async (task, use) => {
        await write(child.stdin, frame(encodeTask(task)));
        const answer = await heard(1);
        try {
          return await use(decodeAnswer(answer));
        } finally {
          wipe(answer);
        }
      },
    });
  } finally {
    wipe(key);
    child.stdin.destroy();
    output.close();
    process.off('exit', kill);
    kill();
  }
}

/** Writes pieces and zeroes them when they are with the system. A pipe that is closed takes nothing: what follows shows it. */
async function write(pipe: NodeJS.WritableStream, pieces: readonly Buffer[]): Promise<void> {
  const written = pieces.map(
    (piece) =>
      new Promise<void>((resolve) => {
        pipe.write(piece, () => {
          wipe(piece);
          resolve();
        });
      }),
  );
  await Promise.all(written);
}
