import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRecoveryKit,
  encodeRecoveryKit,
  newRecoveryKit,
  unwrapByRecovery,
  wrapForRecovery,
} from '../../../src/core/crypto/recovery.ts';
import { sealWithId } from '../../../src/core/crypto/seal.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, thrownBy, vaultError } from '../support.ts';

const { recovery, header, vaultKey } = vectors;
const kit = { userId: fromHex(header.userId), secret: fromHex(recovery.secret) };
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const anyKit = fc.record({ userId: bytes(16), secret: bytes(32) });

describe('a recovery kit', () => {
  it('is written and read as the format says', () => {
    expect(encodeRecoveryKit(kit)).toBe(recovery.kit);
    expect(decodeRecoveryKit(recovery.kit)).toEqual(kit);
  });

  it('comes back as it was, for any user and secret', () => {
    fc.assert(
      fc.property(anyKit, (any) => {
        expect(decodeRecoveryKit(encodeRecoveryKit(any))).toEqual(any);
      }),
    );
  });

  it('is read however people type it', () => {
    const typed = recovery.kit.replaceAll('-', ' ').toLowerCase().replaceAll('0', 'o').replace('1', 'l').replaceAll('1', 'i');
    expect(typed).toMatch(/[oli]/);
    expect(decodeRecoveryKit(` ${typed}\n`)).toEqual(kit);
    expect(decodeRecoveryKit(recovery.kit.replaceAll('-', ''))).toEqual(kit);
  });

  it('is refused with any one character mistaken, and does not show it', () => {
    const symbols = recovery.kit.replaceAll('-', '');
    for (let at = 0; at < symbols.length; at++) {
      const wrong = alphabet[(alphabet.indexOf(symbols.charAt(at)) + 1) % alphabet.length] ?? '';
      const typed = symbols.slice(0, at) + wrong + symbols.slice(at + 1);
      const error = thrownBy(() => decodeRecoveryKit(typed));
      expect(error).toEqual(vaultError('invalid_request'));
      expect(String(error)).not.toContain(typed.slice(0, 4));
    }
  });

  it.each([
    ['nothing', ''],
    ['too little', recovery.kit.slice(0, -2)],
    ['too much', `${recovery.kit}0`],
    ['a letter that there is not', recovery.kit.replace('K', 'U')],
    ['a sign in place of the last letter', encodeRecoveryKit({ ...kit, secret: Buffer.alloc(32, 255) }).replace('ZZZ', 'ZZ?')],
    ['something else', 'correct horse battery staple'],
    ['letters that upper case makes several of', `ß${recovery.kit.slice(2)}`],
  ])('is refused when it is %s', (_, text) => {
    expect(() => decodeRecoveryKit(text)).toThrow(vaultError('invalid_request'));
  });

  it('of another version is refused, though its checksum be right', () => {
    const payload = Buffer.concat([Buffer.of(2), kit.userId, kit.secret]);
    const whole = Buffer.concat([payload, createHash('sha256').update(payload).digest().subarray(0, 4)]);
    const number = BigInt(`0x${whole.toString('hex')}`) << 1n;
    const text = Array.from({ length: 85 }, (_, at) => alphabet[Number((number >> BigInt(5 * (84 - at))) & 31n)]).join('');
    expect(() => decodeRecoveryKit(text)).toThrow(vaultError('invalid_request'));
  });
});

describe('the wrap of a recovery kit', () => {
  it('is that of the format', () => {
    expect(unwrapByRecovery(kit, fromHex(recovery.blob)).toString('hex')).toBe(vaultKey);
    const context = { purpose: 'recoveredVaultKey', userId: kit.userId } as const;
    const blob = sealWithId(fromHex(recovery.id), fromHex(recovery.key), context, fromHex(vaultKey));
    expect(blob.toString('hex')).toBe(recovery.blob);
  });

  it('opens for the kit that made it and for no other', () => {
    const own = newRecoveryKit(randomBytes(16));
    const key = randomBytes(32);
    const blob = wrapForRecovery(own, key);
    expect(unwrapByRecovery(own, blob).equals(key)).toBe(true);
    const others = [newRecoveryKit(own.userId), { ...own, userId: randomBytes(16) }];
    for (const other of others) expect(() => unwrapByRecovery(other, blob)).toThrow(vaultError('incorrect_password'));
  });
});
