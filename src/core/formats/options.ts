/** What Argon2 is asked for (RFC 9106). KeePass uses both kinds, and the version before the RFC's. */
export interface Argon2Request {
  readonly type: 'd' | 'id';
  readonly version: 0x10 | 0x13;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
  /** Bytes of the result. */
  readonly length: number;
}

export type Argon2 = (request: Argon2Request) => Promise<Uint8Array>;

/** What a reader needs beside the file. Each is used only where the file demands it. */
export interface ImportOptions {
  /** Asks for the file's password; null where there is none. */
  readonly filePassword: () => Promise<string | null>;
  /** The contents of a key file (KeePass). */
  readonly keyFile: Uint8Array | null;
  readonly argon2: Argon2;
  /** Milliseconds since 1970: some programs write times that can only be told from the future. */
  readonly now: number;
  /** LastPass: take back the `&amp;` and `&lt;` of old web exports. Without it such texts stay and are reported. */
  readonly unescapeHtml: boolean;
}
