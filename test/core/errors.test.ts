import { describe, expect, it } from 'vitest';
import { errorBody, errorTable, isErrorCode, VaultError } from '../../src/core/errors.ts';

describe('the error table', () => {
  it('gives each code the exit status and HTTP status of the contract', () => {
    const rows = Object.entries(errorTable).map(([code, { exit, status }]) => `${String(exit)} ${code} ${String(status ?? '-')}`);
    expect(rows).toEqual([
      '1 internal 500',
      '1 request_forbidden 403',
      '1 storage_full 507',
      '2 usage -',
      '2 invalid_request 400',
      '2 payload_too_large 413',
      '3 daemon_unreachable -',
      '3 daemon_version_mismatch -',
      '4 unauthenticated 401',
      '4 incorrect_password 401',
      '4 vault_locked 423',
      '4 scope_denied 403',
      '4 confirmation_required 403',
      '4 too_many_attempts 429',
      '5 entry_not_found 404',
      '5 field_not_found 404',
      '5 user_not_found 404',
      '6 entry_ambiguous 409',
      '6 entry_exists 409',
      '6 user_exists 409',
      '6 file_exists 409',
      '6 not_initialized 409',
      '6 rotation_pending 409',
      '6 revision_conflict 412',
      '7 vault_corrupt 500',
      '7 unsupported_format 500',
      '8 clipboard_unavailable -',
      '9 audit_findings -',
      '9 import_problems -',
      '9 reference_changed -',
      '130 cancelled -',
    ]);
  });

  it('does not take properties of objects for codes', () => {
    expect(isErrorCode('entry_not_found')).toBe(true);
    expect(['toString', '__proto__', 'constructor', ''].filter(isErrorCode)).toEqual([]);
  });
});

describe('an error on the wire', () => {
  it('carries code, message and details, and keeps hint and cause back', () => {
    const error = new VaultError('entry_ambiguous', 'several entries match', {
      details: { candidates: [] },
      hint: 'use -u',
      cause: new Error('x'),
    });
    expect(errorBody(error)).toEqual({ error: { code: 'entry_ambiguous', message: 'several entries match', details: { candidates: [] } } });
    expect(error.cause).toBeInstanceOf(Error);
    expect(String(error)).toBe('VaultError: several entries match');
  });

  it('has no key for details where there are none', () => {
    expect(Object.keys(errorBody(new VaultError('internal', 'failed')).error)).toEqual(['code', 'message']);
    expect('cause' in new VaultError('internal', 'failed')).toBe(false);
  });
});
