import { VaultError } from '../../errors.ts';
import { asBuffer, type ByteSource } from '../source.ts';

/** How an age file begins, and one in armor. */
const binaryHead = 'age-encryption.org/v1\n';
const armorHead = '-----BEGIN AGE ENCRYPTED FILE-----';

function headOf(source: ByteSource): string {
  return asBuffer(source.read(0, armorHead.length)).toString('latin1');
}

export function isAge(source: ByteSource): boolean {
  const head = headOf(source);
  return head.startsWith(binaryHead) || head === armorHead;
}

/** Encrypts to a passphrase as age does (scrypt, of this work factor: 18 takes a second or so). The library is loaded when it is used. */
export async function* encryptAge(chunks: AsyncIterable<Uint8Array>, passphrase: string, workFactor = 18): AsyncGenerator<Uint8Array> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  yield* await encrypter.encrypt(ReadableStream.from(chunks));
}

/** Opens an age file. `incorrect_password` where the passphrase is another, `invalid_request` where the file is damaged. */
export async function decryptAge(source: ByteSource, passphrase: string): Promise<Uint8Array> {
  const { armor, Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  const file = source.read(0, source.size);
  try {
    return await decrypter.decrypt(headOf(source) === armorHead ? armor.decode(asBuffer(file).toString('latin1')) : file);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no identity matched')) {
      throw new VaultError('incorrect_password', 'the file password is not correct');
    }
    throw new VaultError('invalid_request', 'the age file is damaged, cut short, or not encrypted to a passphrase');
  }
}
