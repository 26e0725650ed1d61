import { decodeKeys, type DerivedKeys, encodeKeys } from '../../core/crypto/derived-keys.ts';
import { wipe } from '../../core/crypto/bytes.ts';
import type { StoredCredential } from '../../core/crypto/credential.ts';
import { joinParts, splitParts } from './frames.ts';
import { decodeOutcome, encodeOutcome, type Failure } from './protocol.ts';

/** What a derivation gave. Whoever receives it wipes it. */
export interface Answer {
  /** What is to be stored instead of the present credential; null where that stays. */
  readonly credential: StoredCredential | null;
  /** The keys that the vault is sealed under now. */
  readonly keys: DerivedKeys;
  /** Those that it is to be sealed under: of a new vault key; null where it stays. */
  readonly newKeys: DerivedKeys | null;
  /** The recovery kit's text in ASCII, where one was made. Bytes, so that it can be wiped. */
  readonly recoveryKit: Buffer | null;
}

const none = Buffer.alloc(0);

/** JSON outcome, keys, new keys or nothing, kit or nothing: each with its length. The caller wipes it. */
export function encodeAnswer({ credential, keys, newKeys, recoveryKit }: Answer): Buffer {
  const secrets = [encodeKeys(keys), newKeys === null ? none : encodeKeys(newKeys)];
  const bytes = joinParts([encodeOutcome({ credential }), ...secrets, recoveryKit ?? none]);
  wipe(...secrets);
  return bytes;
}

export function encodeFailure(error: Failure): Buffer {
  return joinParts([encodeOutcome({ error })]);
}

/** The answer, as views on `bytes`: wiping `bytes` wipes all of it. Throws what the child refused with. */
export function decodeAnswer(bytes: Buffer): Answer {
  const [outcome = none, keys = none, newKeys = none, recoveryKit = none] = splitParts(bytes) ?? [];
  return {
    credential: decodeOutcome(outcome),
    keys: decodeKeys(keys),
    newKeys: newKeys.length === 0 ? null : decodeKeys(newKeys),
    recoveryKit: recoveryKit.length === 0 ? null : recoveryKit,
  };
}
