import { describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, succeed } from './vaults.ts';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'work/db', 'first secret', '-u', 'app', '--field', 'port=5432');
    await addEntry(made, 'twice', 'one', '-u', 'a@example.com');
    await addEntry(made, 'twice', 'two', '-u', 'b');
  },
});

describe('vault read', () => {
  it('prints the one value that a reference points at', async () => {
    expect(await succeed(home(), ['read', 'vault://work/db/password'])).toBe('first secret');
    expect(await succeed(home(), ['read', 'vault://work%2Fdb?username=app/port'])).toBe('5432');
    expect(await succeed(home(), ['read', 'vault://twice?username=a@example.com/password'])).toBe('one');
    expect(await succeed(home(), ['--json', 'read', 'vault://twice?username=b/password'])).toBe('{"value":"two"}\n');
  });

  it('says what is wrong with one that points nowhere, or at several', async () => {
    expect(await home().run(['read', 'vault://nobody/password'])).toMatchObject({ code: 5, stdout: '' });
    expect(await home().run(['read', 'vault://work/db/pasword'])).toMatchObject({ code: 5, stderr: expect.stringContaining('password?') });
    const ambiguous = await home().run(['read', 'vault://twice/password']);
    expect(ambiguous).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('?username=USER') });
    expect(ambiguous.stderr).toContain('a@example.com');
    expect(await home().run(['read', 'work/db'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('vault://github.com/password'),
    });
  });
});
