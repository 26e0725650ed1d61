import { z } from 'zod';
import { entry } from '../entry/schema.ts';

/** A key that the agent serves. Type, fingerprint and public key are null where the private key cannot be read. */
export const sshKeySummary = entry
  .pick({ id: true, name: true, revision: true })
  .extend({
    type: z.string().nullable(),
    fingerprint: z.string().nullable(),
    publicKey: z.string().nullable(),
    confirm: z.boolean(),
  })
  .meta({ id: 'SshKey' });

export type SshKeySummary = z.infer<typeof sshKeySummary>;
