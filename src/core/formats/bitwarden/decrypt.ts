import { createDecipheriv, createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { VaultError } from '../../errors.ts';
import { asText, type JsonObject, parseJson } from '../json.ts';
import type { ImportOptions } from '../options.ts';

const slowHash = promisify(pbkdf2);

/** What Bitwarden's own programs take from a file, so that a hostile one cannot eat the machine's memory. */
const bounds = {
  pbkdf2Iterations: [5_000, 2_000_000],
  argon2Iterations: [2, 10],
  argon2MemoryMiB: [16, 1024],
  argon2Parallelism: [1, 16],
} as const satisfies Record<string, readonly [number, number]>;

function damaged(): VaultError {
  return new VaultError('invalid_request', 'the encrypted export is damaged or of a kind that is not known');
}

function within(value: unknown, [least, most]: readonly [number, number]): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new VaultError(
      'invalid_request',
      'the encrypted export asks for a key derivation outside the bounds that Bitwarden itself takes',
    );
  }
  return value;
}

/** Both KDFs take the base64 text of the salt, not what it encodes; Argon2id, whose salt has a length, its SHA-256. */
async function masterKey(file: JsonObject, password: string, argon2: ImportOptions['argon2']): Promise<Uint8Array> {
  const salt = Buffer.from(asText(file['salt']) ?? '', 'utf8');
  const secret = Buffer.from(password, 'utf8');
  const iterations = file['kdfIterations'];
  if (file['kdfType'] === 0) return await slowHash(secret, salt, within(iterations, bounds.pbkdf2Iterations), 32, 'sha256');
  if (file['kdfType'] !== 1) throw damaged();
  return await argon2({
    type: 'id',
    version: 0x13,
    password: secret,
    salt: createHash('sha256').update(salt).digest(),
    iterations: within(iterations, bounds.argon2Iterations),
    memoryKiB: within(file['kdfMemory'], bounds.argon2MemoryMiB) * 1024,
    parallelism: within(file['kdfParallelism'], bounds.argon2Parallelism),
    length: 32,
  });
}

/** HKDF's second half alone (RFC 5869, section 2.3), for one block: what Bitwarden stretches its keys by. */
export function expand(key: Uint8Array, info: string): Buffer {
  return createHmac('sha256', key)
    .update(info)
    .update(Buffer.from([1]))
    .digest();
}

/** `2.iv|ciphertext|mac`, each in base64: AES-256-CBC, then HMAC-SHA-256 over both. */
const sealedText = /^2\.([A-Za-z0-9+/]{22}==)\|([A-Za-z0-9+/]{22,}=*)\|([A-Za-z0-9+/]{43}=)$/;

/** Whether a text can be nothing but one that Bitwarden has sealed. */
export function isSealed(text: string | null): boolean {
  return sealedText.test(text ?? '');
}

/** What was sealed; null where the MAC does not fit the key. */
function open(sealed: string | null, key: Uint8Array): Buffer | null {
  const [, iv, data, mac] = (sealedText.exec(sealed ?? '') ?? []).map((part) => Buffer.from(part, 'base64'));
  if (iv === undefined || data === undefined || data.length % 16 !== 0 || mac === undefined) throw damaged();
  const expected = createHmac('sha256', expand(key, 'mac')).update(iv).update(data).digest();
  if (!timingSafeEqual(expected, mac)) return null;
  const cipher = createDecipheriv('aes-256-cbc', expand(key, 'enc'), iv);
  try {
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch {
    throw damaged();
  }
}

/** Whether an export is encrypted in any way, by what stands in it. */
export function isEncrypted(file: JsonObject): boolean {
  return file['encrypted'] === true || 'encKeyValidation_DO_NOT_EDIT' in file;
}

/** For an export whose texts are sealed under a key that never leaves its account. */
export function sealedForAccount(): VaultError {
  return new VaultError('invalid_request', 'this export can be opened by the Bitwarden account alone that wrote it', {
    hint: 'export again: as JSON without encryption, or encrypted and password protected',
  });
}

/** The export within a password-protected one. `incorrect_password` where the password is wrong; other kinds of encryption cannot be opened. */
export async function decryptExport(file: JsonObject, { filePassword, argon2 }: ImportOptions): Promise<unknown> {
  if (file['passwordProtected'] !== true) throw sealedForAccount();
  const password = await filePassword();
  if (password === null) throw new VaultError('invalid_request', 'the export is protected by a password, which was not given');
  const key = await masterKey(file, password, argon2);
  if (open(asText(file['encKeyValidation_DO_NOT_EDIT']), key) === null) {
    throw new VaultError('incorrect_password', 'the file password is not correct');
  }
  const data = open(asText(file['data']), key);
  if (data === null) throw damaged();
  return parseJson(data.toString('utf8'));
}
