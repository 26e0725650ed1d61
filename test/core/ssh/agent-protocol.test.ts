import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, identitiesAnswer, parseAgentRequest, signResponse } from '../../../src/core/ssh/agent-protocol.ts';
import { WireReader, wireMpint, wireString } from '../../../src/core/ssh/wire.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

function signRequest(blob: Uint8Array, data: Uint8Array, flags: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(flags);
  return Buffer.concat([Buffer.of(13), wireString(blob), wireString(data), four]);
}

describe('a message of an SSH client', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(0xffff), (blob, data, flags) => {
        expect(parseAgentRequest(signRequest(blob, data, flags))).toEqual({ kind: 'sign', blob, data, flags });
      }),
    );
    expect(parseAgentRequest(Buffer.of(11))).toEqual({ kind: 'identities' });
  });

  it('is refused where anything is missing or too much', () => {
    const whole = signRequest(Buffer.from('blob'), Buffer.from('data'), 2);
    for (let length = 0; length < whole.length; length++) expect(parseAgentRequest(whole.subarray(0, length))).toBeNull();
    expect(parseAgentRequest(Buffer.concat([whole, Buffer.of(0)]))).toBeNull();
    expect(parseAgentRequest(Buffer.of(11, 0))).toBeNull();
  });

  it('that wants what the vault alone decides, or nothing known, is refused', () => {
    const unknown = Array.from({ length: 256 }, (_, type) => type).filter((type) => type !== 11 && type !== 13);
    for (const type of unknown) expect(parseAgentRequest(Buffer.concat([Buffer.of(type), Buffer.alloc(64)])), String(type)).toBeNull();
  });

  it('is never more than a refusal, whatever it holds', () => {
    fc.assert(
      fc.property(bytes, (message) => {
        parseAgentRequest(Buffer.concat([Buffer.of(13), message]));
      }),
    );
  });
});

it.each([
  ['a refusal', failure, '00000001 05'],
  ['no keys', identitiesAnswer([]), '00000005 0c 00000000'],
  ['a key', identitiesAnswer([{ blob: Buffer.from('b'), comment: 'ü' }]), '00000010 0c 00000001 00000001 62 00000002 c3bc'],
  ['a signature', signResponse(Buffer.from('s')), '00000006 0e 00000001 73'],
])('%s is answered in the bytes of the protocol', (_, answer, bytes) => {
  expect(answer.toString('hex')).toBe(bytes.replaceAll(' ', ''));
});

it('numbers are written without leading zeros and never as negative ones', () => {
  fc.assert(
    fc.property(bytes, (number) => {
      const written = wireMpint(number);
      const reader = new WireReader(written);
      const first = number.findIndex((byte) => byte !== 0);
      expect(reader.mpint()).toEqual(first < 0 ? Buffer.alloc(0) : number.subarray(first));
      if (written.length > 4) expect(written.readUInt8(4) & 0x80).toBe(0);
    }),
  );
});
