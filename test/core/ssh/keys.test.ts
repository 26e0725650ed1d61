import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { deriveKey } from '../../../src/cli/ssh-passphrase.ts';
import { fingerprint, publicLine } from '../../../src/core/ssh/keys.ts';
import { PassphraseError, readKeyFile, writeKeyFile } from '../../../src/core/ssh/openssh-file.ts';
import { MalformedError } from '../../../src/core/ssh/wire.ts';
import { isHere } from '../../support/is-here.ts';

const passphrase = (text: string) => ({ bytes: Buffer.from(text), derive: deriveKey });

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(inject('temporary'), 'ssh-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A key that the real ssh-keygen made. */
function generated(name: string, ...args: string[]): { text: string; line: string; path: string } {
  const path = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-f', path, '-C', 'some comment', ...args], { stdio: 'pipe' });
  return { path, text: readFileSync(path, 'utf8'), line: readFileSync(`${path}.pub`, 'utf8').trim() };
}

const kinds: readonly (readonly [kind: string, ...args: string[]])[] = [
  ['ed25519', '-t', 'ed25519'],
  ['ecdsa on P-256', '-t', 'ecdsa', '-b', '256'],
  ['ecdsa on P-384', '-t', 'ecdsa', '-b', '384'],
  ['ecdsa on P-521', '-t', 'ecdsa', '-b', '521'],
  ['rsa', '-t', 'rsa', '-b', '2048'],
  ['rsa as PEM', '-t', 'rsa', '-b', '2048', '-m', 'PEM'],
  ['ecdsa as PKCS#8', '-t', 'ecdsa', '-b', '256', '-m', 'PKCS8'],
];

describe.runIf(isHere('ssh-keygen'))('keys that ssh-keygen makes', () => {
  it.for(kinds)('%s are read, and written so that it reads them', ([kind, ...args]) => {
    const { text, line } = generated(kind, '-N', '', ...args);
    const { key, comment } = readKeyFile(text);
    expect(publicLine(key, 'some comment')).toBe(line);
    expect(comment).toBe(args.includes('-m') ? '' : 'some comment');
    const copy = join(directory, `${kind} copy`);
    writeFileSync(copy, writeKeyFile(key, 'new'), { mode: 0o600 });
    const told = execFileSync('ssh-keygen', ['-y', '-f', copy], { encoding: 'utf8' }).trim();
    expect(told).toBe(publicLine(key, 'new'));
    expect(execFileSync('ssh-keygen', ['-lf', copy], { encoding: 'utf8' })).toContain(fingerprint(key.blob));
  });

  it.each([
    ['by default', []],
    ['with AES-192', ['-Z', 'aes192-ctr']],
    ['with AES-128', ['-Z', 'aes128-ctr']],
    ['with AES-GCM', ['-Z', 'aes256-gcm@openssh.com']],
    ['with AES-CBC', ['-Z', 'aes128-cbc']],
    ['with AES-256-CBC', ['-Z', 'aes256-cbc']],
    ['as PKCS#8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['as PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ])('and protects %s want their passphrase', (how, args) => {
    const { text, line } = generated(`protected ${how}`, '-N', 'pass phräse', '-a', '2', ...args);
    expect(() => readKeyFile(text)).toThrow(PassphraseError);
    expect(() => readKeyFile(text, passphrase('wrong'))).toThrow(PassphraseError);
    expect(publicLine(readKeyFile(text, passphrase('pass phräse')).key, 'some comment')).toBe(line);
  });

  it('and damages are refused, wherever the damage is', () => {
    const { text } = generated('damaged', '-N', '', '-t', 'ed25519');
    const [begin = '', ...rest] = text.trim().split('\n');
    const bytes = Buffer.from(rest.slice(0, -1).join(''), 'base64');
    // The comment may say anything.
    const comment = bytes.lastIndexOf('some comment');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        fc.pre(at < comment || at >= comment + 'some comment'.length);
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at);
        const file = `${begin}\n${damaged.toString('base64')}\n${rest.at(-1) ?? ''}\n`;
        try {
          readKeyFile(file);
          expect.fail(`byte ${String(at)}`);
        } catch (error) {
          expect(error instanceof MalformedError || error instanceof PassphraseError, `byte ${String(at)}: ${String(error)}`).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a text that is no key', () => {
  it.each(['', 'nonsense', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'ssh-ed25519 AAAA x'])(
    '%j is refused',
    (text) => {
      expect(() => readKeyFile(text)).toThrow(MalformedError);
    },
  );

  it('is not read as one, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), bytes]).toString('base64');
        expect(() => readKeyFile(`-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`)).toThrow(
          MalformedError,
        );
      }),
    );
  });
});
