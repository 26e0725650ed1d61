import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as accounts from '../../../src/core/api/accounts.ts';
import * as attachments from '../../../src/core/api/attachments.ts';
import * as backups from '../../../src/core/api/backups.ts';
import * as log from '../../../src/core/api/log.ts';
import * as passwords from '../../../src/core/api/passwords.ts';
import * as revisions from '../../../src/core/api/revisions.ts';
import * as status from '../../../src/core/api/status.ts';
import * as tokens from '../../../src/core/api/tokens.ts';
import { generatorOptions } from '../../../src/core/generate/options.ts';

const api = { ...accounts, ...attachments, ...backups, ...log, ...passwords, ...revisions, ...status, ...tokens };
const { account, createEntryRequest, createUserRequest, listQuery, patchEntryRequest, readQuery } = api;

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

/** What a request is refused for. */
const refusals = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues.map(({ message }) => message);

const at = '2026-06-01T00:00:00.000Z';
const id = 'b1c2d3e4-0000-4000-8000-000000000000';
const reference = { id, name: 'a', username: null, revision: 1 };
const display = { program: '/usr/bin/askpass', display: ':0', waylandDisplay: 'wayland-0', xauthority: '/run/x' };
const content = {
  urls: ['https://a.example'],
  totp: 'JBSWY3DP',
  notes: 'n',
  fields: [{ name: 'PIN', value: '1', hidden: true }],
  tags: ['t'],
};
const changed = { sessionsEnded: 0, copies: ['/copy'], leftOnDisk: true };
const report = { account: 'a', entries: 0, trashed: 0, revisions: 0, attachments: 0, newestChange: at };
const daemon = { pid: 1, startedAt: at, socket: '/s', port: 7777, database: '/d', sessions: 0 };
const session = { account: 'a', createdAt: at, idleExpiresAt: at, expiresAt: at };
const token = { id, createdAt: at, expiresAt: at, uses: 2, usesLeft: 1, field: 'PIN', survivesLock: false };
const scoped = { ...token, entries: [{ id, name: 'a', username: null }] };

/** Each schema with its name in the OpenAPI document, if it has one, and a value that has all of its keys. */
const schemas: readonly (readonly [name: string | undefined, schema: z.ZodType, whole: Readonly<Record<string, unknown>>])[] = [
  [undefined, api.askpass, display],
  ['CreateUserRequest', api.createUserRequest, { account: 'a', password: '', recoveryKit: true, askpass: display }],
  ['CreateUserResponse', api.createUserResponse, { token: 't', expiresAt: at, recoveryKit: 'k' }],
  ['LoginRequest', api.loginRequest, { account: 'a', password: '', acceptOlder: true, askpass: display }],
  ['LoginResponse', api.loginResponse, { token: 't', expiresAt: at, accessLogBroken: true }],
  ['ConfirmRequest', api.confirmRequest, { password: '' }],
  ['ConfirmResponse', api.confirmResponse, { confirmed: true }],
  ['ChangePasswordRequest', api.changePasswordRequest, { currentPassword: '', newPassword: '', rotateKeys: true }],
  ['ChangePasswordResponse', api.changePasswordResponse, changed],
  ['NewKitRequest', api.newKitRequest, { password: '' }],
  ['NewKitResponse', api.newKitResponse, { recoveryKit: 'k', leftOnDisk: false }],
  ['RecoverRequest', api.recoverRequest, { recoveryKit: 'k'.repeat(1024), newPassword: '', acceptOlder: true }],
  ['RecoverResponse', api.recoverResponse, { ...changed, account: 'a', token: 't', expiresAt: at, recoveryKit: 'k' }],
  ['BackupRequest', api.backupRequest, { directory: '/' }],
  ['BackupResponse', api.backupResponse, { path: '/p', bytes: 1 }],
  ['BackupPasswordRequest', api.backupPasswordRequest, { path: '/'.padEnd(4096, 'p'), account: 'a', password: '' }],
  ['BackupReport', api.backupReport, report],
  ['RestoreResponse', api.restoreResponse, { ...report, sessionsEnded: 0, before: '/b', leftOnDisk: false }],
  ['LockRequest', api.lockRequest, { all: true }],
  ['LockResponse', api.lockResponse, { ended: 0, others: 0 }],
  ['StatusResponse', api.statusResponse, { version: '1', protocol: 1, daemon, accounts: ['a'], locked: true, session }],
  ['CreateEntryRequest', api.createEntryRequest, { name: 'a', username: 'u', password: 'p', ...content }],
  ['PatchEntryRequest', api.patchEntryRequest, { name: 'a', username: 'u', password: 'p', ...content }],
  [undefined, api.listQuery, { query: 'a', tag: 'b', pattern: 'c' }],
  [undefined, api.readQuery, { username: 'a', exact: 'false', field: 'PIN' }],
  ['FingerprintRequest', api.fingerprintRequest, { references: [{ reference: 'r'.repeat(16_384), id, value: 'v' }] }],
  ['Fingerprint', api.fingerprint, { reference: 'r', value: 'v' }],
  [
    'CreateTokenRequest',
    api.createTokenRequest,
    { entries: ['a'], tag: 't', field: 'PIN', ttlSeconds: 366 * 86_400, uses: 1_000_000, surviveLock: true },
  ],
  ['TokenSummary', api.tokenSummary, scoped],
  ['CreateTokenResponse', api.createTokenResponse, { ...scoped, token: 't' }],
  ['RevokeResponse', api.revokeResponse, { revoked: 0 }],
  ['RotateRequest', api.rotateRequest, { generate: { length: 20 } }],
  ['RotateResponse', api.rotateResponse, { ...reference, password: 'p', createdAt: at, created: true }],
  ['Rotation', api.rotationResponse, { pending: { password: 'p', createdAt: at }, previous: 'q' }],
  [undefined, api.historyQuery, { secrets: 'false' }],
  [
    'HistoryItem',
    api.historyItem,
    { revision: 1, updatedAt: at, changed: [...api.historyChanges], passwordChangedAt: at, password: 'p', pending: 'q' },
  ],
  ['RestoreRequest', api.restoreRequest, { revision: 1 }],
  ['TrashedEntry', api.trashedEntry, { ...reference, urls: [], tags: [], trashedAt: at, expiresAt: at }],
  ['EmptyTrashResponse', api.emptyTrashResponse, { removed: 0, leftOnDisk: false }],
  ['GenerateResponse', api.generateResponse, { password: 'p' }],
  [undefined, api.attachQuery, { entry: 'a', name: 'f' }],
  [undefined, api.attachmentQuery, { entry: 'a' }],
  ['AttachResponse', api.attachResponse, { ...reference, attachment: { id, name: 'f', size: 0 } }],
  [undefined, api.logQuery, { limit: '999999' }],
  [
    'LogEvent',
    api.logEvent,
    {
      ...{ at, action: 'read', entries: [{ id, name: null, username: null }], count: 1, session: 's', program: 'p', terminal: 't' },
      ...{ detail: 'd', segment: 1, record: 0 },
    },
  ],
  ['LogCheck', api.logCheck, { segments: 0, records: 0, broken: { segment: 1, record: null, problem: 'altered' }, unclosed: [1] }],
];

describe('what crosses the wire', () => {
  it.each(schemas)('has its own keys, each of its kind (%#: %s)', (name, schema, whole) => {
    expect(schema.meta()?.id).toBe(name);
    expect(schema.parse(whole)).toEqual(whole);
    expect(takes(schema, { ...whole, more: 1 })).toBe(false);
    for (const key of Object.keys(whole)) expect(takes(schema, { ...whole, [key]: NaN }), key).toBe(false);
  });

  it('is all of what there is', () => {
    const known = new Set<unknown>(schemas.map(([, schema]) => schema));
    const others = Object.entries(api).filter(([, value]) => !known.has(value));
    expect(others.map(([name]) => name).sort()).toEqual(['account', 'historyChanges', 'leftOnDisk', 'masterPassword']);
  });

  it.each<[z.ZodType, object]>([
    [api.askpass, { display: ':0', program: '/p' }],
    [api.askpass, { waylandDisplay: 'w', program: '/p' }],
    [api.createUserRequest, { password: '' }],
    [api.createUserResponse, { token: 't', expiresAt: at }],
    [api.loginRequest, { password: '' }],
    [api.loginResponse, { token: 't', expiresAt: at }],
    [api.changePasswordRequest, { currentPassword: '', newPassword: '' }],
    [api.recoverRequest, { recoveryKit: '', newPassword: '' }],
    [api.backupRequest, {}],
    [api.backupPasswordRequest, { path: '/', password: '' }],
    [api.backupReport, { ...report, newestChange: null }],
    [api.restoreResponse, { ...report, sessionsEnded: 0, before: null, leftOnDisk: false }],
    [api.lockRequest, {}],
    [api.statusResponse, { version: '1', protocol: 1 }],
    [api.statusResponse, { version: '1', protocol: 1, daemon: { ...daemon, port: null }, session: null }],
    [api.listQuery, {}],
    [api.readQuery, {}],
    [api.fingerprintRequest, { references: [] }],
    [api.createTokenRequest, { tag: 't' }],
    [api.createTokenRequest, { entries: ['a'] }],
    [api.tokenSummary, { ...scoped, expiresAt: null, uses: null, usesLeft: null, field: null }],
    [api.rotateRequest, {}],
    [api.rotationResponse, { pending: null, previous: null }],
    [api.historyQuery, {}],
    [api.historyQuery, { secrets: 'true' }],
    [api.patchEntryRequest, { generate: {} }],
    [api.historyItem, { revision: 1, updatedAt: at, changed: [], passwordChangedAt: null }],
    [api.historyItem, { revision: 1, updatedAt: at, changed: [], passwordChangedAt: null, password: null, pending: null }],
    [api.restoreRequest, {}],
    [api.logCheck, { segments: 0, records: 0, broken: null, unclosed: [] }],
    [api.logCheck, { segments: 0, records: 0, broken: { segment: 1, record: 0, problem: 'missing' }, unclosed: [] }],
  ])('may leave out what need not be there: %#', (schema, value) => {
    expect(schema.parse(value)).toEqual(value);
  });

  it('has a hundred events of the log where no number is asked for', () => {
    expect(api.logQuery.parse({})).toEqual({ limit: '100' });
    for (const limit of ['0', '01', '1000000', '1.5', '-1', ' 1', '1 ', '']) {
      expect(refusals(api.logQuery, { limit })).toEqual(['must be a whole number from 1 to 999999']);
    }
  });

  const add = { name: 'a', password: 'x' };
  it.each<[string, z.ZodType, object]>([
    ['must be an absolute path', api.askpass, { ...display, program: 'askpass' }],
    ['needs a display', api.askpass, { program: '/p', xauthority: 'x' }],
    ['must be at most 128 bytes', createUserRequest, { password: '', account: 'a'.repeat(129) }],
    ['must not begin or end with a space', createUserRequest, { password: '', account: 'a ' }],
    ['must be an absolute path', api.backupRequest, { directory: 'copies' }],
    ['must be an absolute path', api.backupRequest, { directory: '/a\0b' }],
    ['give one of website and name', createEntryRequest, { ...add, website: 'a' }],
    ['give one of website and name', createEntryRequest, { password: 'x' }],
    ['give one of username and email', createEntryRequest, { ...add, username: 'a', email: 'b' }],
    ['give one of password and generate', createEntryRequest, { ...add, generate: {} }],
    ['must not be empty', createEntryRequest, { name: 'a', password: '' }],
    ['needs something to keep: password, generate, totp, notes or fields', createEntryRequest, { name: 'a', notes: null }],
    ['give one of password and generate', patchEntryRequest, { password: 'x', generate: {} }],
    ['must not be empty', patchEntryRequest, { password: '' }],
    ['needs entries or a tag', api.createTokenRequest, { entries: [] }],
    ['needs entries or a tag', api.createTokenRequest, {}],
    ['with surviveLock needs ttlSeconds', api.createTokenRequest, { tag: 't', surviveLock: true }],
  ])('is refused with the reason: %s (%#)', (reason, schema, value) => {
    expect(refusals(schema, value)).toEqual([reason]);
  });

  it.each<[z.ZodType, object]>([
    [api.askpass, { ...display, display: '' }],
    [api.askpass, { ...display, display: 'x'.repeat(4097) }],
    [api.recoverRequest, { recoveryKit: 'k'.repeat(1025), newPassword: '' }],
    [api.backupRequest, { directory: '/'.padEnd(4097, 'p') }],
    [api.backupResponse, { path: '/p', bytes: 0 }],
    [api.confirmResponse, { confirmed: false }],
    [api.loginResponse, { token: 't', expiresAt: at, accessLogBroken: false }],
    [createEntryRequest, { ...add, urls: Array(1001).fill('') }],
    [createEntryRequest, { ...add, tags: Array(10_001).fill('t') }],
    [createEntryRequest, { ...add, fields: Array(10_001).fill({ name: 'f', value: '' }) }],
    [createEntryRequest, { ...add, totp: '' }],
    [api.fingerprintRequest, { references: Array(1001).fill({ reference: 'r', id, value: 'v' }) }],
    [api.fingerprintRequest, { references: [{ reference: 'r'.repeat(16_385), id, value: 'v' }] }],
    [api.fingerprintRequest, { references: [{ reference: 'r', id, value: 'v', more: 1 }] }],
    [api.createTokenRequest, { entries: [''] }],
    [api.createTokenRequest, { entries: Array(257).fill('a') }],
    [api.createTokenRequest, { tag: 't', ttlSeconds: 0 }],
    [api.createTokenRequest, { tag: 't', ttlSeconds: 366 * 86_400 + 1 }],
    [api.createTokenRequest, { tag: 't', uses: 0 }],
    [api.createTokenRequest, { tag: 't', uses: 1_000_001 }],
    [api.restoreRequest, { revision: 0 }],
    [api.logCheck, { segments: -1, records: 0, broken: null, unclosed: [] }],
    [api.logCheck, { segments: 0, records: -1, broken: null, unclosed: [] }],
    [api.logCheck, { segments: 0, records: 0, broken: null, unclosed: [0] }],
    [api.logCheck, { segments: 0, records: 0, broken: { segment: 0, record: 0, problem: 'missing' }, unclosed: [] }],
    [api.logCheck, { segments: 0, records: 0, broken: { segment: 1, record: -1, problem: 'missing' }, unclosed: [] }],
    [api.changePasswordResponse, { ...changed, sessionsEnded: -1 }],
    ...['entries', 'trashed', 'revisions', 'attachments'].map((key): [z.ZodType, object] => [api.backupReport, { ...report, [key]: -1 }]),
    ...['ended', 'others'].map((key): [z.ZodType, object] => [api.lockResponse, { ended: 0, others: 0, [key]: -1 }]),
    [api.revokeResponse, { revoked: -1 }],
    [api.emptyTrashResponse, { removed: -1, leftOnDisk: false }],
    [api.statusResponse, { version: '1', protocol: 1, daemon: { ...daemon, sessions: -1 } }],
    [api.statusResponse, { version: '1', protocol: 1, daemon: { ...daemon, more: 1 } }],
    [api.statusResponse, { version: '1', protocol: 1, session: { ...session, more: 1 } }],
    [api.rotationResponse, { pending: { password: 'p', createdAt: at, more: 1 }, previous: null }],
    [api.tokenSummary, { ...scoped, entries: [reference] }],
  ])('is refused beyond its bounds: %#', (schema, value) => {
    expect(takes(schema, value)).toBe(false);
  });
});

describe('a request to add an entry', () => {
  it.each<[string, object]>([
    ['a website and a password', { website: 'github.com', password: 'x' }],
    ['a name', { name: 'work/db', password: 'x' }],
    ['an email', { name: 'a', email: 'me@example.com', password: 'x' }],
    ['something generated', { name: 'a', generate: {} }],
    ['notes alone', { name: 'a', notes: 'n' }],
    ['fields alone', { name: 'a', fields: [{ name: 'PIN', value: '1' }] }],
    ['a one-time code alone', { name: 'a', totp: 'JBSWY3DP' }],
  ])('may have %s', (_, body) => {
    expect(takes(createEntryRequest, body)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no name', { password: 'x' }],
    ['two names', { name: 'a', website: 'a', password: 'x' }],
    ['two usernames', { name: 'a', username: 'a', email: 'a', password: 'x' }],
    ['two passwords', { name: 'a', password: 'x', generate: {} }],
    ['nothing to keep', { name: 'a', username: 'me' }],
    ['an empty password', { name: 'a', password: '' }],
    ['no fields to keep', { name: 'a', fields: [] }],
    ['an unknown key', { name: 'a', password: 'x', id: '1' }],
    ['an unknown key in a field', { name: 'a', fields: [{ name: 'a', value: 'b', secret: true }] }],
    ['a number for a password', { name: 'a', password: 1 }],
    ['no object', ['a']],
  ])('may not have %s', (_, body) => {
    expect(takes(createEntryRequest, body)).toBe(false);
  });

  it('makes a field visible where it does not say', () => {
    const body = createEntryRequest.parse({ name: 'a', fields: [{ name: 'b', value: 'c' }] });
    expect(body.fields).toEqual([{ name: 'b', value: 'c', hidden: false }]);
  });
});

describe('a request to change an entry', () => {
  it('unsets by null and leaves alone what is not there', () => {
    const patch = { username: null, password: null, urls: null, totp: null, notes: null, fields: null, tags: null };
    expect(patchEntryRequest.parse(patch)).toEqual(patch);
    expect(patchEntryRequest.parse({})).toEqual({});
  });

  it.each([
    { name: null },
    { name: '' },
    { name: '..' },
    { id: 'x' },
    { revision: 2 },
    { password: 'x', generate: {} },
    { createdAt: 'x' },
  ])('is refused with %j', (body) => {
    expect(takes(patchEntryRequest, body)).toBe(false);
  });
});

describe('an account', () => {
  it('is one line of at most 128 bytes without spaces around it', () => {
    for (const name of ['default', 'me@example.com', 'My vault', 'ü'.repeat(64)]) expect(takes(account, name)).toBe(true);
    for (const name of ['', ' ', ' a', 'a ', 'a\nb', 'ü'.repeat(65), 'x'.repeat(129)]) expect(takes(account, name)).toBe(false);
    expect(takes(createUserRequest, { password: 'x', account: '' })).toBe(false);
  });
});

describe('a query', () => {
  it('has known keys only', () => {
    expect(takes(listQuery, { query: 'a', tag: 'b', pattern: 'c' })).toBe(true);
    expect(takes(listQuery, { q: 'a' })).toBe(false);
    expect(takes(readQuery, { username: 'a', exact: 'true' })).toBe(true);
    expect(takes(readQuery, { exact: 'yes' })).toBe(false);
  });
});

describe('what a password is generated from', () => {
  it('is within bounds', () => {
    for (const options of [{}, { length: 1 }, { length: 1024 }, { words: 64, separator: '' }, { minDigits: 0 }]) {
      expect(takes(generatorOptions, options)).toBe(true);
    }
    for (const options of [
      { length: 0 },
      { length: 1025 },
      { length: 1.5 },
      { words: 0 },
      { words: 65 },
      { minSymbols: -1 },
      { symbols: 'no' },
      { size: 1 },
    ]) {
      expect(takes(generatorOptions, options)).toBe(false);
    }
  });
});
