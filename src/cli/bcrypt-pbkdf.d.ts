/** The key derivation of OpenSSH's key files (BSD-3-Clause). Its numbers are lengths in bytes; 0 is success. */
declare module 'bcrypt-pbkdf' {
  const bcrypt: {
    readonly pbkdf: (
      passphrase: Uint8Array,
      passphraseLength: number,
      salt: Uint8Array,
      saltLength: number,
      key: Uint8Array,
      keyLength: number,
      rounds: number,
    ) => number;
  };
  export default bcrypt;
}
