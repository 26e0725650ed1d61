import { z } from 'zod';
import { open, seal } from '../../core/crypto/seal.ts';
import { idText } from '../../core/entry/id.ts';
import { entryReference } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import type { Caller } from '../vault/context.ts';

const tokenNote = z.strictObject({
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  uses: z.int().positive().nullable(),
  field: z.string().nullable(),
  /** As they were called when the token was made. */
  entries: z.array(entryReference.omit({ revision: true })),
});

/** What an owner is told about a token: sealed under the wrapping key, so that no secret of the token is needed for it. */
export type TokenNote = z.infer<typeof tokenNote>;

export function sealNote({ keys, userId }: Caller, tokenId: Buffer, note: TokenNote): Buffer {
  return seal(keys.wrap, { purpose: 'scopedTokenNote', userId, extra: tokenId }, Buffer.from(JSON.stringify(note)));
}

/** The reverse; `vault_corrupt` where the note is not what was kept for this token. */
export function openNote({ keys, userId }: Caller, tokenId: Buffer, blob: Buffer): TokenNote {
  const bytes = open(keys.wrap, { purpose: 'scopedTokenNote', userId, extra: tokenId }, blob);
  const { success, data } = tokenNote.safeParse(JSON.parse(bytes.toString()));
  if (!success) throw new VaultError('vault_corrupt', `what is kept about token ${idText(tokenId)} has the wrong form`);
  return data;
}
