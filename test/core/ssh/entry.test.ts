import { describe, expect, it } from 'vitest';
import { agentKeyOf, fieldsOfKey, isForAgent } from '../../../src/core/ssh/entry.ts';
import { sshKeySummary } from '../../../src/core/ssh/schema.ts';

const field = (name: string, value: string) => ({ name, value, hidden: false });
const privateKey = field('private key', 'the key');

describe('what the SSH agent may use of an entry', () => {
  it.each([
    ['on', false],
    [' On\n', false],
    ['confirm', true],
    ['CONFIRM', true],
  ])('is its key where it says %j', (value, confirm) => {
    const entry = { fields: [field('PIN', '1'), privateKey, field('ssh agent', value)] };
    expect(agentKeyOf(entry)).toEqual({ privateKey: 'the key', confirm });
    expect(isForAgent(entry)).toBe(true);
  });

  it.each(['off', '', 'yes', 'only'])('is nothing where it says %j', (value) => {
    expect(agentKeyOf({ fields: [privateKey, field('ssh agent', value)] })).toBeNull();
  });

  it('is nothing of a private key that says nothing to the agent, nor of an entry without one', () => {
    expect(agentKeyOf({ fields: [privateKey] })).toBeNull();
    expect(isForAgent({ fields: [privateKey] })).toBe(false);
    expect(agentKeyOf({ fields: [field('ssh agent', 'on')] })).toBeNull();
  });

  it.each([true, false])('is what the fields of a new key say, of which the private one is hidden (to be confirmed: %s)', (confirm) => {
    const fields = fieldsOfKey({ privateKey: 'the key', publicKey: 'its public half', confirm });
    expect(agentKeyOf({ fields })).toEqual({ privateKey: 'the key', confirm });
    expect(fields.map(({ name, value, hidden }) => [name, value, hidden])).toEqual([
      ['private key', 'the key', true],
      ['public key', 'its public half', false],
      ['ssh agent', confirm ? 'confirm' : 'on', false],
    ]);
  });

  it('is told without the key itself', () => {
    const told = {
      id: 'b1c2d3e4-0000-4000-8000-000000000000',
      name: 'laptop',
      revision: 1,
      type: null,
      fingerprint: null,
      publicKey: null,
    };
    expect(sshKeySummary.parse({ ...told, confirm: true })).toEqual({ ...told, confirm: true });
    expect(sshKeySummary.safeParse({ ...told, confirm: true, privateKey: 'the key' }).success).toBe(false);
    expect(sshKeySummary.safeParse(told).success).toBe(false);
  });
});
