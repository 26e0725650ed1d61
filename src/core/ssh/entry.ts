import type { EntryContent, Field } from '../entry/schema.ts';

/*
 * How an entry keeps a key: as fields. The agent serves those entries that say so; a private key that somebody keeps for anything
 * else is none of its business.
 */

const keyFields = { privateKey: 'private key', publicKey: 'public key', agent: 'ssh agent' } as const;

/** What the field `ssh agent` may say. */
const agentUses = { on: 'on', confirm: 'confirm' } as const;

export interface AgentKeyEntry {
  /** The text of the private key's file. */
  readonly privateKey: string;
  /** Whether somebody has to agree to each use. */
  readonly confirm: boolean;
}

/** Whether an entry says anything to the agent: such entries are found by a term of their own. */
export function isForAgent({ fields }: Pick<EntryContent, 'fields'>): boolean {
  return fields.some(({ name }) => name === keyFields.agent);
}

/** What the agent may use of an entry; null where it may use nothing. */
export function agentKeyOf({ fields }: Pick<EntryContent, 'fields'>): AgentKeyEntry | null {
  const valueOf = (wanted: string) => fields.find(({ name }) => name === wanted)?.value;
  const [privateKey, use] = [valueOf(keyFields.privateKey), valueOf(keyFields.agent)?.trim().toLowerCase()];
  if (privateKey === undefined || (use !== agentUses.on && use !== agentUses.confirm)) return null;
  return { privateKey, confirm: use === agentUses.confirm };
}

/** The fields of a new key. */
export function fieldsOfKey({ privateKey, publicKey, confirm }: AgentKeyEntry & { readonly publicKey: string }): Field[] {
  return [
    { name: keyFields.privateKey, value: privateKey, hidden: true },
    { name: keyFields.publicKey, value: publicKey, hidden: false },
    { name: keyFields.agent, value: confirm ? agentUses.confirm : agentUses.on, hidden: false },
  ];
}
