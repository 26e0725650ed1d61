import { u32, u8 } from '../crypto/bytes.ts';
import { MalformedError, WireReader, wireString } from './wire.ts';

/*
 * What an SSH client says to its agent and hears from it: draft-ietf-sshm-ssh-agent. A message is `u32 length | u8 type | …`.
 */

const types = { failure: 5, requestIdentities: 11, identitiesAnswer: 12, signRequest: 13, signResponse: 14 } as const;

/** What OpenSSH's own agent takes at most. */
export const longestMessage = 256 * 1024;

export type AgentRequest =
  { readonly kind: 'identities' } | { readonly kind: 'sign'; readonly blob: Buffer; readonly data: Buffer; readonly flags: number };

/** Reads a message without its length; null for what the agent does not do (keys are added and removed in the vault) and for what is malformed. */
export function parseAgentRequest(message: Uint8Array): AgentRequest | null {
  const reader = new WireReader(message);
  try {
    const type = reader.u8();
    if (type === types.requestIdentities) {
      reader.end();
      return { kind: 'identities' };
    }
    if (type !== types.signRequest) return null;
    const request = { kind: 'sign', blob: reader.string(), data: reader.string(), flags: reader.u32() } as const;
    reader.end();
    return request;
  } catch (error) {
    if (error instanceof MalformedError) return null;
    throw error;
  }
}

function message(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return wireString(Buffer.concat([u8(type), ...parts]));
}

export const failure = message(types.failure);

export interface Identity {
  readonly blob: Buffer;
  readonly comment: string;
}

export function identitiesAnswer(identities: readonly Identity[]): Buffer {
  const each = identities.flatMap(({ blob, comment }) => [wireString(blob), wireString(comment)]);
  return message(types.identitiesAnswer, u32(identities.length), ...each);
}

export function signResponse(signature: Buffer): Buffer {
  return message(types.signResponse, wireString(signature));
}
