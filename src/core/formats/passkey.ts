import type { Field } from '../entry/schema.ts';
import { addField, type Draft } from './item.ts';
import { asObject, asText, type JsonObject, jsonOrNull } from './json.ts';

/*
 * Vault keeps a passkey as one hidden field, `passkey SITE`, whose value is JSON: under the names of the FIDO Credential Exchange
 * Format where they are known, else as the other program writes it. So every passkey survives, and those of known form go on.
 */

const prefix = 'passkey';

/** Keeps a passkey. */
export function addPasskey(draft: Draft, passkey: JsonObject, site: string | null): void {
  addField(draft, site === null ? prefix : `${prefix} ${site}`, JSON.stringify(passkey), true);
}

/** A passkey under the names of the exchange format: all an authenticator needs. Bytes are base64url. */
export interface Passkey {
  readonly credentialId: string;
  readonly rpId: string;
  readonly username: string;
  readonly userDisplayName: string;
  readonly userHandle: string;
  /** PKCS #8. */
  readonly key: string;
  readonly fido2Extensions?: JsonObject;
}

const base64url = /^[A-Za-z0-9_-]+$/;

/** The passkey that a field holds; null where it holds none of the known form. */
export function passkeyOf({ name, value, hidden }: Field): Passkey | null {
  if (!hidden || (name !== prefix && !name.startsWith(`${prefix} `))) return null;
  const parsed = asObject(jsonOrNull(value));
  if (parsed === null) return null;
  const [credentialId, rpId, key] = ['credentialId', 'rpId', 'key'].map((part) => asText(parsed[part]));
  if (credentialId == null || rpId == null || key == null || !base64url.test(credentialId) || !base64url.test(key)) return null;
  // A counter that was in use must not begin again: such a passkey stays where it is.
  if ((asText(parsed['counter']) ?? '0') !== '0') return null;
  const extensions = asObject(parsed['fido2Extensions']);
  return {
    credentialId,
    rpId,
    username: asText(parsed['username']) ?? '',
    userDisplayName: asText(parsed['userDisplayName']) ?? '',
    userHandle: asText(parsed['userHandle']) ?? '',
    key,
    ...(extensions === null ? {} : { fido2Extensions: extensions }),
  };
}
