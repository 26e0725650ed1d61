import { shutInspector } from '../harden.ts';
import { wipe } from '../../core/crypto/bytes.ts';
import { seal } from '../../core/crypto/seal.ts';
import { encodeAnswer, encodeFailure } from './answer.ts';
import { derive } from './derive.ts';
import { frame, PipeReader } from './frames.ts';
import { answerContext, decodeTask, encodeAsked, frameLimit, oneTimeKeyLength, type Operation, operations, toFailure } from './protocol.ts';
import { type PasswordRequest, readPasswordRequest } from './read-request.ts';

/*
 * The process that sees a password: started for one request, without an environment, and ended after its answer, because
 * neither strings nor argon2's copies can be wiped. protocol.ts says what it reads and writes.
 */

await shutInspector();

const input = new PipeReader(process.stdin);

/** Takes the next piece of the input, or ends: whoever started this process has gone away. */
async function expect(piece: Promise<Buffer | null>): Promise<Buffer> {
  return (await piece) ?? process.exit(1);
}

async function say(key: Buffer, index: number, message: Buffer): Promise<void> {
  const sealed = seal(key, answerContext(index), message);
  wipe(message);
  await new Promise<void>((resolve) => {
    process.stdout.write(Buffer.concat(frame(sealed)), () => resolve());
  });
}

function isOperation(number: number | undefined): (name: string) => name is Operation {
  return (name): name is Operation => Object.entries(operations).some(([known, value]) => known === name && value === number);
}

async function readRequest(): Promise<PasswordRequest> {
  const operation = Object.keys(operations).find(isOperation((await expect(input.take(1)))[0]));
  const body = await expect(input.takeFrame(frameLimit));
  if (operation === undefined) throw new RangeError('unknown operation');
  const request = readPasswordRequest(operation, body);
  wipe(body);
  return request;
}

async function main(): Promise<void> {
  const key = await expect(input.take(oneTimeKeyLength));
  let request: PasswordRequest;
  try {
    request = await readRequest();
  } catch (error) {
    await say(key, 0, encodeAsked({ error: toFailure(error) }));
    return;
  }
  await say(key, 0, encodeAsked({ asked: request.asked }));
  const task = decodeTask(await expect(input.takeFrame(frameLimit)));
  let answer: Buffer;
  try {
    answer = encodeAnswer(await derive(request, task));
  } catch (error) {
    answer = encodeFailure(toFailure(error));
  }
  await say(key, 1, answer);
}

await main();
process.exit(0);
