/** A field of a message: its number, and what it holds. Other types of the wire are skipped, as readers have to. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const longestVarint = 10;

/** A message of protocol buffers that is cut off, or none at all. */
export class BrokenMessage extends Error {}

/** The fields of a message, in order (https://protobuf.dev/programming-guides/encoding/). Throws `BrokenMessage`. */
export function wireFields(message: Buffer): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let i = 0; i < longestVarint; i++) {
      const byte = message[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new BrokenMessage();
  };
  const bytes = (length: number): Buffer => {
    if (length > message.length - at) throw new BrokenMessage();
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === 0) fields.push({ number, value: varint() });
    else if (type === 2) fields.push({ number, value: bytes(Number(varint())) });
    else if (type === 1 || type === 5) bytes(type === 1 ? 8 : 4);
    else throw new BrokenMessage();
  }
  return fields;
}
