/** An account as Google Authenticator writes it; what is left out is not on the wire. */
export interface MigratedAccount {
  readonly secret: Uint8Array;
  readonly label?: string;
  readonly issuer?: string;
  readonly algorithm?: number;
  readonly digits?: number;
  readonly type?: number;
  readonly counter?: number;
}

function varint(value: bigint): number[] {
  const bytes = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** A field of a message, as protocol buffers write it. */
export function wireField(number: number, value: number | bigint | Uint8Array | string | undefined): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value === 'number' || typeof value === 'bigint') return Buffer.from([...varint(BigInt(number * 8)), ...varint(BigInt(value))]);
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint(BigInt(number * 8 + 2)), ...varint(BigInt(bytes.length))]), bytes]);
}

/** The payload of an export: these accounts, in one of so many QR codes. */
export function migrationPayload(accounts: readonly MigratedAccount[], { parts = 1, part = 0 } = {}): Buffer {
  const messages = accounts.map(({ secret, label, issuer, algorithm, digits, type, counter }) => {
    const texts = [wireField(1, secret), wireField(2, label), wireField(3, issuer)];
    return Buffer.concat([...texts, wireField(4, algorithm), wireField(5, digits), wireField(6, type), wireField(7, counter)]);
  });
  // The app numbers its exports at random: a negative number has ten bytes.
  const about = [wireField(2, 1), wireField(3, parts), wireField(4, part), wireField(5, -1_234_567_890n)];
  return Buffer.concat([...messages.map((message) => wireField(1, message)), ...about]);
}

/** The address in the QR code. */
export function migrationAddress(...args: Parameters<typeof migrationPayload>): string {
  return `otpauth-migration://offline?data=${encodeURIComponent(migrationPayload(...args).toString('base64'))}`;
}
