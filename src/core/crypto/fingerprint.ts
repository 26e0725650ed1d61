import { createHmac } from 'node:crypto';
import { u16 } from './bytes.ts';

/** What a reference pointed at. */
export interface Referenced {
  /** As `formatReference` spells it. */
  readonly reference: string;
  /** 16 bytes. */
  readonly entryId: Uint8Array;
  readonly value: string;
}

/** Which reference it is, without telling: HMAC-SHA-256(fingerprint key, "vault/reference/1" | 0x00 | reference), cut to 16 bytes. */
export function fingerprintReference(key: Uint8Array, reference: string): Buffer {
  return createHmac('sha256', key).update('vault/reference/1\0').update(reference).digest().subarray(0, 16);
}

/**
 * What it gave, without telling: HMAC-SHA-256(fingerprint key, "vault/referenced/1" | 0x00 | entry id 16 | u16 length | reference | value). The reference
 * is part of it, so that equal values do not show.
 */
export function fingerprintValue(key: Uint8Array, { reference, entryId, value }: Referenced): Buffer {
  const name = Buffer.from(reference);
  const mac = createHmac('sha256', key).update('vault/referenced/1\0').update(entryId);
  return mac.update(u16(name.length)).update(name).update(value).digest();
}
