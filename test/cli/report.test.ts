import { describe, expect, it } from 'vitest';
import { asVaultError, reportError } from '../../src/cli/report.ts';
import { VaultError } from '../../src/core/errors.ts';

function report(error: VaultError, json = false): { text: string; status: number } {
  let text = '';
  const status = reportError(error, { write: (part: string) => (text += part) }, { json, color: false });
  return { text, status };
}

describe('an error', () => {
  it('is a line that says what, and a hint', () => {
    const error = new VaultError('entry_not_found', 'no such entry', { hint: 'look again' });
    expect(report(error)).toEqual({ text: 'vault: no such entry\nhint: look again\n', status: 5 });
  });

  it('from the daemon, which sends no hints, gets one here', () => {
    expect(report(new VaultError('entry_exists', 'taken')).text).toContain('hint: vault edit');
    expect(report(new VaultError('vault_corrupt', 'older', { details: { reason: 'older' } })).text).toContain('--accept-older');
    expect(report(new VaultError('vault_corrupt', 'cut', { details: { reason: 'rows' } })).text).toContain('restore a backup');
  });

  it('of several matches lists id, name and username, safe to print', () => {
    const candidates = [
      { id: 'id-1', name: 'a\u001b', username: 'me' },
      { id: 'id-2', name: 'a', username: null },
    ];
    const { text, status } = report(new VaultError('entry_ambiguous', '2 entries match', { details: { candidates } }));
    expect(text).toContain('\n  id-1  a\\u001b  me\n  id-2  a  -\n');
    expect(status).toBe(6);
  });

  it('with --json is the object of the API', () => {
    const error = new VaultError('entry_not_found', 'no such entry', { hint: 'x', details: { a: 1 } });
    expect(JSON.parse(report(error, true).text)).toEqual({
      error: { code: 'entry_not_found', message: 'no such entry', details: { a: 1 } },
    });
  });

  it('that nobody foresaw does not show what it was about', () => {
    const error = asVaultError(new TypeError('cannot read secret-value'));
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('secret-value');
    expect(asVaultError(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatchObject({ code: 'storage_full' });
  });
});
