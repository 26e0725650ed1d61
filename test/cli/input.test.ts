import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, inject, it } from 'vitest';
import { createStandardInput } from '../../src/cli/input.ts';
import { readNamedFile, readTextFile } from '../../src/cli/read-file.ts';
import { parseTextSource } from '../../src/cli/text-source.ts';

function stdin(...chunks: (string | Buffer)[]) {
  return createStandardInput(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
}

describe('standard input', () => {
  it('gives a master password as its first line, whatever follows', async () => {
    expect(await stdin('one\ntwo\n').firstLine('-x')).toBe('one');
    expect(await stdin('one').firstLine('-x')).toBe('one');
    expect(await stdin('one\r\n').firstLine('-x')).toBe('one');
    expect(await stdin(' sp ace \n').firstLine('-x')).toBe(' sp ace ');
  });

  it('does not wait for the end of a pipe that somebody keeps open after the password', async () => {
    const open = async function* () {
      yield Buffer.from('one\ntwo\n');
      await new Promise(() => undefined);
    };
    expect(await createStandardInput(open()).firstLine('-x')).toBe('one');
    expect(await createStandardInput(open()).twoLines('-x')).toEqual(['one', 'two']);
  });

  it("gives an entry's secret as all of it less one final newline", async () => {
    expect(await stdin('a\nb\n').whole('-x')).toBe('a\nb');
    expect(await stdin('a\n\n').whole('-x')).toBe('a\n');
    expect(await stdin('a').whole('-x')).toBe('a');
    expect(await stdin('a\r\n').whole('-x')).toBe('a\r');
  });

  it('puts characters together that arrive in pieces', async () => {
    const bytes = Buffer.from('pässwörd 🔑');
    expect(await stdin(bytes.subarray(0, 2), bytes.subarray(2, 14), bytes.subarray(14)).whole('-x')).toBe('pässwörd 🔑');
  });

  it('keeps a byte order mark: it may be part of a secret', async () => {
    expect(await stdin('\ufeffx').whole('-x')).toBe('\ufeffx');
  });

  it('refuses emptiness, and names the option that wanted something', async () => {
    await expect(stdin().whole('--password-stdin')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--password-stdin'),
    });
    await expect(stdin('\n').whole('-x')).rejects.toMatchObject({ code: 'usage' });
    await expect(stdin('\nx').firstLine('-x')).rejects.toMatchObject({ code: 'usage' });
    await expect(stdin('old\n').twoLines('-x')).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses a second reader, and names both', async () => {
    const input = stdin('x');
    await input.whole('--password-stdin');
    await expect(input.whole('--notes -')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/--password-stdin.*--notes -/),
    });
  });

  it('refuses bytes that are no UTF-8, without showing them', async () => {
    const refused = stdin(Buffer.from([0x70, 0xff, 0x71])).whole('-x');
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', message: 'standard input is not valid UTF-8' });
  });

  it('stops reading at 8 MiB', async () => {
    const endless = async function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, 'x');
    };
    await expect(createStandardInput(endless()).whole('-x')).rejects.toMatchObject({ code: 'payload_too_large' });
  });
});

describe('a text that may come from elsewhere', () => {
  it('is a file after @, standard input for -, and itself otherwise; @@ begins with @', () => {
    expect(parseTextSource('@dsn.txt')).toEqual({ from: 'file', path: 'dsn.txt' });
    expect(parseTextSource('-')).toEqual({ from: 'stdin' });
    expect(parseTextSource('@@home')).toEqual({ from: 'argument', text: '@home' });
    expect(parseTextSource('--')).toEqual({ from: 'argument', text: '--' });
    expect(parseTextSource('')).toEqual({ from: 'argument', text: '' });
  });

  it('says which file cannot be read, and why', async () => {
    const directory = mkdtempSync(join(inject('temporary'), 'i-'));
    writeFileSync(join(directory, 'f'), 'one\ntwo\n');
    expect(await readTextFile(join(directory, 'f'))).toBe('one\ntwo');
    await expect(readTextFile(join(directory, 'none'))).rejects.toThrow(/none: no such file/);
    await expect(readTextFile(directory)).rejects.toThrow(/it is a directory/);
    await expect(readNamedFile('/dev/zero', 1)).rejects.toMatchObject({ code: 'payload_too_large' });
  });
});
