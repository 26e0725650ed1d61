import { VaultError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { decodeText, withoutFinalNewline } from './input-text.ts';

/** Standard input, which one option of a command may read, once. */
export interface StandardInput {
  /** The first line, without its end: a master or a file password. `usage` where there is none. */
  firstLine(option: string): Promise<string>;
  /** The first two lines: `passwd` reads the old and the new password. */
  twoLines(option: string): Promise<readonly [string, string]>;
  /** All of it less one final newline: what is kept in an entry. `usage` where that is empty. */
  whole(option: string): Promise<string>;
  /** The same, where it is a secret: one that is typed is asked for in these words, and does not show. */
  secret(option: string, message?: string): Promise<string>;
  /** All of it, byte by byte, as it comes: a file. */
  bytes(option: string): AsyncIterable<Uint8Array>;
}

/** As much as any request may hold; what is longer could only be refused by the daemon. */
const maxBytes = limits.bodyBytes;

const newline = 0x0a;

/** Reads to the end, or until there are so many lines: whoever writes a password may keep the pipe open. */
async function readBytes(stream: AsyncIterable<Uint8Array | string>, lines: number, limit = maxBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  let seen = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limit) throw new VaultError('payload_too_large', `standard input is larger than ${String(limit / 1024 / 1024)} MiB`);
    chunks.push(bytes);
    if (lines === Infinity) continue;
    seen += bytes.filter((byte) => byte === newline).length;
    if (seen >= lines) break;
  }
  return Buffer.concat(chunks);
}

/** Takes standard input for one option, and refuses it to every other. */
type Claim = (option: string) => void;

function claimOnce(): Claim {
  let reader: string | null = null;
  return (option) => {
    if (reader !== null) {
      throw new VaultError('usage', `standard input can be read once, not by both ${reader} and ${option}`, {
        hint: 'give one of them as a file',
      });
    }
    reader = option;
  };
}

export function createStandardInput(stream: AsyncIterable<Uint8Array | string>, claim: Claim = claimOnce()): StandardInput {
  const bytes = async (option: string, limit: number, count = Infinity): Promise<Buffer> => {
    claim(option);
    const found = await readBytes(stream, count, limit);
    if (found.length === 0) throw new VaultError('usage', `${option} found standard input empty`);
    return found;
  };
  const read = async (option: string, count?: number) => decodeText(await bytes(option, maxBytes, count), 'standard input');
  const lines = async (option: string, count: number) =>
    (await read(option, count)).split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const whole = async (option: string) => {
    const text = withoutFinalNewline(await read(option));
    if (text === '') throw new VaultError('usage', `${option} found standard input empty`);
    return text;
  };
  return {
    firstLine: async (option) => {
      const [first = ''] = await lines(option, 1);
      if (first === '') throw new VaultError('usage', `${option} found an empty first line`);
      return first;
    },
    twoLines: async (option) => {
      const [first = '', second = ''] = await lines(option, 2);
      if (first === '' || second === '') {
        throw new VaultError('usage', `${option} wants the old password on the first line and the new one on the second`);
      }
      return [first, second];
    },
    whole,
    secret: whole,
    async *bytes(option) {
      claim(option);
      for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    },
  };
}

/** Somebody at the terminal; `usage` where nobody is to be asked. */
export interface Typist {
  /** Asks for a line that does not show while it is typed. */
  readonly secret: (message: string, option: string) => Promise<string>;
  /** Says how to type a text of several lines. */
  readonly invite: (option: string) => void;
}

/** Standard input that is a terminal: a password that is typed there would stay on the screen, so it is asked for instead. */
export function createTypedInput(stream: AsyncIterable<Uint8Array | string>, { secret, invite }: Typist): StandardInput {
  const claim = claimOnce();
  const piped = createStandardInput(stream, claim);
  const ask = async (message: string, option: string) => {
    claim(option);
    return secret(message, option);
  };
  return {
    firstLine: (option) => ask('Master password:', option),
    twoLines: async (option) => [await ask('Master password:', option), await secret('New master password:', option)],
    secret: (option, message = 'Password:') => ask(message, option),
    whole: async (option) => {
      invite(option);
      return piped.whole(option);
    },
    bytes: (option) => {
      invite(option);
      return piped.bytes(option);
    },
  };
}
