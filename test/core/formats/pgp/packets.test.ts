import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isPgp, openPgp } from '../../../../src/core/formats/pgp/open.ts';
import { vaultError } from '../../support.ts';
import { realArgon2, refusal } from '../support.ts';
import { armor, guarded, hashed, literal, literalBody, packet, repeatedSpecifier, sealed, sessionKey } from './seal.ts';

const data = Buffer.from('{"vaults":{}}');
const salt = Buffer.from('saltsalt');
const key = hashed('pw', salt);
const session = sessionKey(9, repeatedSpecifier(salt));
const marker = packet(10, Buffer.from('PGP'));

const open = (message: Uint8Array) => openPgp(message, 'pw', realArgon2);
const openContent = (content: Uint8Array) => open(Buffer.concat([session, sealed(guarded(content), key)]));

const damaged = 'the encrypted message is damaged or cut short';

describe('the packets of a message', () => {
  /** Lengths from one byte to five, and pieces that are powers of two. */
  function newForm(body: Buffer, size: 1 | 2 | 5): Buffer {
    const { length } = body;
    if (size === 1) return Buffer.concat([Buffer.from([0xc0 | 11, length]), body]);
    if (size === 2) return Buffer.concat([Buffer.from([0xc0 | 11, 192 + ((length - 192) >> 8), (length - 192) & 255]), body]);
    return packet(11, body);
  }

  function oldForm(body: Buffer, kind: 0 | 1 | 2 | 3): Buffer {
    const size = Buffer.alloc(kind === 3 ? 0 : 2 ** kind);
    if (kind !== 3) size.writeUIntBE(body.length, 0, size.length);
    return Buffer.concat([Buffer.from([0x80 | (11 << 2) | kind]), size, body]);
  }

  it('are read in the new form, with lengths of one, two and five bytes', async () => {
    for (const [length, size] of [
      [6, 1],
      [191, 1],
      [192, 2],
      [500, 2],
      [8383, 2],
      [8384, 5],
      [70_000, 5],
    ] as const) {
      const long = Buffer.alloc(length - 6, 'x');
      expect(await openContent(newForm(literalBody(long), size))).toEqual(long);
    }
  });

  it('are read in pieces, the last of which may be empty', async () => {
    const body = literalBody(data);
    const pieces = [0xe0, 0xe1, 0xe3].map((length, at) => {
      const begin = [0, 1, 3][at] ?? 0;
      return Buffer.concat([Buffer.from([length]), body.subarray(begin, begin + 2 ** (length & 31))]);
    });
    const rest = body.subarray(11);
    for (const end of [Buffer.concat([Buffer.from([rest.length]), rest]), Buffer.concat([Buffer.from([0xe3]), rest, Buffer.from([0])])]) {
      expect(await openContent(Buffer.concat([Buffer.from([0xc0 | 11]), ...pieces, end]))).toEqual(data);
    }
  });

  it('are read in the old form, with lengths of one, two and four bytes or none', async () => {
    for (const [length, kind] of [
      [6, 0],
      [255, 0],
      [300, 1],
      [70_000, 2],
      [5000, 3],
    ] as const) {
      const long = Buffer.alloc(length - 6, 'x');
      expect(await openContent(oldForm(literalBody(long), kind))).toEqual(long);
    }
    const old = Buffer.concat([Buffer.from([0x8c]), session.subarray(1), sealed(guarded(literal(data)), key)]);
    expect(await open(old)).toEqual(data);
  });

  it('are refused where they reach beyond the end, or begin as none', async () => {
    const body = literalBody(data);
    for (const content of [
      newForm(body, 1).subarray(0, -1),
      oldForm(body, 0).subarray(0, -1),
      oldForm(body, 2).subarray(0, 3),
      Buffer.from([0x40 | 11, body.length, ...body]),
      Buffer.from([0xc0 | 11]),
      Buffer.alloc(0),
      Buffer.from([0xc0 | 11, 0]),
    ]) {
      await expect(openContent(content)).rejects.toThrow(refusal(damaged));
    }
  });
});

describe('what is in a message', () => {
  it('is the data of a file, whatever it is called, behind packets that mean nothing', async () => {
    expect(await openContent(literal(data, 'päss.json'))).toEqual(data);
    expect(await openContent(literal(Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
    expect(await openContent(Buffer.concat([marker, literal(data)]))).toEqual(data);
    expect(await open(Buffer.concat([marker, session, marker, sealed(guarded(literal(data)), key)]))).toEqual(data);
  });

  it('is unpacked where it is deflated, with a head and without, or stored', async () => {
    const long = Buffer.alloc(100_000, 'some text, ');
    for (const [kind, packed] of [
      [0, literal(long)],
      [1, deflateRawSync(literal(long))],
      [2, deflateSync(literal(long))],
    ] as const) {
      expect((await openContent(packet(8, Buffer.concat([Buffer.from([kind]), packed])))).equals(long)).toBe(true);
    }
  });

  it('is refused where it is packed by bzip2, packed twice, no packed data, or packed beyond all measure', async () => {
    const packed = (kind: number, bytes: Uint8Array) => packet(8, Buffer.concat([Buffer.from([kind]), bytes]));
    await expect(openContent(packed(3, literal(data)))).rejects.toThrow(
      refusal('the message is encrypted and packed by bzip2, which is not supported'),
    );
    for (const content of [packed(0, packed(0, literal(data))), packed(1, literal(data)), packed(2, literal(data))]) {
      await expect(openContent(content)).rejects.toThrow(refusal(damaged));
    }
    const bomb = literal(Buffer.alloc(65 * 1024 * 1024));
    await expect(openContent(packed(1, deflateRawSync(bomb)))).rejects.toThrow(refusal(damaged));
  });

  it('is refused where it is something else than data', async () => {
    for (const content of [packet(13, Buffer.from('me')), Buffer.concat([packet(2, Buffer.alloc(9)), literal(data)]), marker]) {
      await expect(openContent(content)).rejects.toThrow(refusal(damaged));
    }
  });

  it('is refused where the code that detects changes is not right, or missing', async () => {
    const plain = guarded(literal(data));
    const changed = Buffer.from(plain);
    changed[plain.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    for (const wrong of [
      changed,
      guarded(literal(data), { again: false }),
      guarded(literal(data), { head: [0xd3, 0x15] }),
      plain.subarray(0, 39),
    ]) {
      const refused = open(Buffer.concat([session, sealed(wrong, key)]));
      await expect(refused).rejects.toThrow(vaultError('incorrect_password'));
      await expect(refused).rejects.toThrow('the file password is not correct, or the file is damaged');
    }
    for (const length of [0, 17, 20]) {
      await expect(open(Buffer.concat([session, sealed(plain.subarray(0, length), key)]))).rejects.toThrow(refusal(damaged));
    }
  });
});

describe('a message of another kind', () => {
  it('is refused by name, with a word on how to decrypt it', async () => {
    const content = sealed(guarded(literal(data)), key);
    const newer = (message: Buffer) => {
      const changed = Buffer.from(message);
      changed[changed[1] === 255 ? 6 : 2] = 6;
      return changed;
    };
    for (const [message, what] of [
      [newer(session), 'by a newer method'],
      [Buffer.concat([session, newer(content)]), 'by a newer method'],
      [sessionKey(2, repeatedSpecifier(salt)), 'with another cipher than AES'],
      [content, 'for a key instead of by a password'],
      [Buffer.concat([packet(1, Buffer.alloc(20)), content]), 'for a key instead of by a password, or in an outdated way'],
      [Buffer.concat([session, packet(9, Buffer.alloc(20))]), 'for a key instead of by a password, or in an outdated way'],
    ] as const) {
      const refused = open(message);
      await expect(refused).rejects.toThrow(vaultError('invalid_request', 'decrypt it with gpg and import what comes out'));
      await expect(refused).rejects.toThrow(refusal(`the message is encrypted ${what}, which is not supported`));
    }
  });

  it('is refused where nothing is encrypted in it', async () => {
    for (const message of [Buffer.alloc(0), session, marker]) await expect(open(message)).rejects.toThrow(refusal(damaged));
  });
});

describe('armor', () => {
  const message = Buffer.concat([session, sealed(guarded(literal(data)), key)]);
  const text = armor(message);

  it('is known and taken off behind a mark and blanks, with headers and without a blank line, indented, with more behind it', async () => {
    for (const armored of [
      `\uFEFF${text}`,
      ` \n\n${text}`,
      text.replace('\n\n', '\n'),
      text.replace('\n\n', '\nVersion: x\nComment:\n'),
      text.replace('\n\n', '\nHash: a\n \n'),
      text.replaceAll('\n', ' \n  '),
      text.replace('\n\n', '\n').replace('=AAAA\n', ''),
      `${text.replace('\n\n', '\n')}\nand a signature\n\n`,
    ]) {
      expect(isPgp(Buffer.from(armored))).toBe(true);
      expect(await open(Buffer.from(armored))).toEqual(data);
    }
  });

  it('is refused without its end', async () => {
    await expect(open(Buffer.from(text.replace('-----END', '-----end')))).rejects.toThrow(refusal(damaged));
  });

  it('of something else, or bytes that are no message by a password, are not known', () => {
    const head = (...bytes: number[]) => Buffer.from(bytes);
    for (const known of [head(0xc3, 13, 4, 7), head(0xc3, 13, 4, 8), head(0x8c, 13, 4, 9)]) expect(isPgp(known)).toBe(true);
    for (const other of [
      head(),
      head(0xc3, 13, 4, 2),
      head(0xc3, 13, 6, 9),
      head(0xc1, 13, 4, 9),
      Buffer.from('-----BEGIN PGP PUBLIC KEY BLOCK-----\n'),
      Buffer.from(`and then ${text}`),
    ]) {
      expect(isPgp(other)).toBe(false);
    }
  });
});
