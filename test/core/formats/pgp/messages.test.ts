import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../../src/core/errors.ts';
import { isPgp, openPgp } from '../../../../src/core/formats/pgp/open.ts';
import { vaultError } from '../../support.ts';
import { sealPgp } from './seal.ts';
import { realArgon2 } from '../support.ts';

const data = Buffer.from('{"vaults":{}}');

describe('a message that a password encrypts', () => {
  it('opens, in armor and without, with Windows line ends and headers', async () => {
    const armored = sealPgp(data, 'pässword').toString();
    for (const message of [armored, armored.replaceAll('\n', '\r\n'), armored.replace('\n\n', '\nVersion: x\nComment: y\n\n')]) {
      expect(isPgp(Buffer.from(message))).toBe(true);
      expect(await openPgp(Buffer.from(message), 'pässword', realArgon2)).toEqual(data);
    }
    const bare = sealPgp(data, 'pässword', { armored: false });
    expect(isPgp(bare)).toBe(true);
    expect(await openPgp(bare, 'pässword', realArgon2)).toEqual(data);
  });

  it('opens where Argon2 derives its key, within bounds', async () => {
    const salt = Buffer.alloc(16, 5);
    const key = await realArgon2({
      type: 'id',
      version: 0x13,
      password: Buffer.from('pw'),
      salt,
      iterations: 2,
      parallelism: 1,
      memoryKiB: 1024,
      length: 32,
    });
    const specifier = (memory: number) => Buffer.concat([Buffer.from([4]), salt, Buffer.from([2, 1, memory])]);
    expect(await openPgp(sealPgp(data, 'pw', { specifier: specifier(10), key }), 'pw', realArgon2)).toEqual(data);
    await expect(openPgp(sealPgp(data, 'pw', { specifier: specifier(25), key }), 'pw', realArgon2)).rejects.toThrow('bounds');
  });

  it('says that the password is wrong', async () => {
    await expect(openPgp(sealPgp(data, 'one'), 'two', realArgon2)).rejects.toThrow(vaultError('incorrect_password'));
  });

  it('is refused where it was changed in any byte or cut short anywhere', async () => {
    const message = sealPgp(data, 'pw', { armored: false });
    await fc.assert(
      fc.asyncProperty(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        // But for the first byte in the old form of the same packet (RFC 9580, section 4.2), which is the same message.
        fc.pre(at > 0 || by !== (0xc3 ^ 0x8c));
        const changed = Buffer.from(message);
        changed[at] = (changed[at] ?? 0) ^ by;
        for (const bytes of [changed, message.subarray(0, at)]) {
          await expect(openPgp(bytes, 'pw', realArgon2)).rejects.toBeInstanceOf(VaultError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function gpg(home: string, args: readonly string[], input: Uint8Array): Buffer {
  return execFileSync(
    'gpg',
    ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', 'pässword', ...args],
    { input, stdio: ['pipe', 'pipe', 'ignore'] },
  );
}

function installed(): boolean {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (!installed()) {
  const loud = 'NOT CHECKED: messages that GnuPG encrypts (gpg is not installed)';
  process.stderr.write(`\n${loud}\n\n`);
  it(loud, () => undefined);
} else {
  describe('GnuPG', () => {
    it('encrypts messages that open: deflated and not, in pieces, with other hashes and key sizes', async () => {
      const home = mkdtempSync(join(tmpdir(), 'gpg-'));
      try {
        const long = Buffer.alloc(100_000, 'some text, ');
        for (const args of [
          [],
          ['--armor'],
          ['--compress-algo', 'none'],
          ['--compress-algo', 'zlib'],
          ['--cipher-algo', 'AES128'],
          ['--s2k-digest-algo', 'SHA512', '--s2k-count', '65011712'],
          ['--s2k-mode', '1'],
        ]) {
          const message = gpg(home, ['--cipher-algo', 'AES256', ...args, '--symmetric'], long);
          expect((await openPgp(message, 'pässword', realArgon2)).equals(long)).toBe(true);
        }
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    });
  });
}
