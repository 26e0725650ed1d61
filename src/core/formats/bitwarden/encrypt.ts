import { createCipheriv, createHmac, pbkdf2, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { expand } from './decrypt.ts';

const slowHash = promisify(pbkdf2);

/** What Bitwarden itself takes. */
const usualIterations = 600_000;

function seal(text: string, key: Uint8Array): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', expand(key, 'enc'), iv);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const mac = createHmac('sha256', expand(key, 'mac')).update(iv).update(data).digest();
  return `2.${[iv, data, mac].map((part) => part.toString('base64')).join('|')}`;
}

/** Bitwarden's password-protected export around a plain one, with PBKDF2. The salt's base64 text is what counts. */
export async function encryptExport(
  plain: string,
  password: string,
  iterations = usualIterations,
): Promise<Readonly<Record<string, unknown>>> {
  const salt = randomBytes(16).toString('base64');
  const key = await slowHash(Buffer.from(password, 'utf8'), salt, iterations, 32, 'sha256');
  return {
    encrypted: true,
    passwordProtected: true,
    salt,
    kdfType: 0,
    kdfIterations: iterations,
    kdfMemory: null,
    kdfParallelism: null,
    encKeyValidation_DO_NOT_EDIT: seal(randomUUID(), key),
    data: seal(plain, key),
  };
}
