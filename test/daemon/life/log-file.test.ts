import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { VaultError } from '../../../src/core/errors.ts';
import { systemClock } from '../../../src/daemon/clock.ts';
import { LogFile, placeOf } from '../../../src/daemon/life/log-file.ts';
import { eventually } from '../../support/eventually.ts';

function fresh(): { path: string; log: LogFile } {
  const directory = mkdtempSync(join(inject('temporary'), 'l-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'daemon.log');
  return { path, log: new LogFile(path, systemClock) };
}

const record = { way: 'socket', method: 'GET', route: '/passwords/:website', status: 200, code: undefined, milliseconds: 1.25 } as const;

describe('the log file', () => {
  it('has a line for each request, and belongs to its owner alone', () => {
    const { path, log } = fresh();
    log.request(record);
    log.request({ ...record, status: 404, code: 'entry_not_found' });
    log.flush();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z socket GET \/passwords\/:website 200 - 1\.\d+ms$/);
    expect(lines[1]).toContain(' 404 entry_not_found ');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is written without anybody asking for it, soon', async () => {
    const { path, log } = fresh();
    log.note('started');
    await eventually(() => existsSync(path) && readFileSync(path, 'utf8').includes('started'), { what: 'it is written' });
  });

  it('grows to a mebibyte and is then kept as the one before', () => {
    const { path, log } = fresh();
    for (let i = 0; i < 300; i++) {
      log.note('x'.repeat(10_000));
      log.flush();
    }
    const total = statSync(path).size + statSync(`${path}.1`).size;
    expect(total).toBeGreaterThan(1024 * 1024);
    expect(total).toBeLessThan(2.2 * 1024 * 1024);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  });

  it('knows how large it was before', () => {
    const { path } = fresh();
    writeFileSync(path, 'x'.repeat(1024 * 1024 + 1));
    const log = new LogFile(path, systemClock);
    log.note('next');
    log.flush();
    expect(statSync(path).size).toBeLessThan(100);
  });

  it('that cannot be written stops nothing', () => {
    const log = new LogFile('/nowhere/daemon.log', systemClock);
    log.note('lost');
    expect(() => log.flush()).not.toThrow();
  });

  it('says of an unforeseen error what and where it was, but not what it says', () => {
    const { path, log } = fresh();
    log.defect(new VaultError('internal', 'our own words', { cause: new TypeError('a secret\n at secret (secret:1:1)') }));
    log.flush();
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('our own words');
    expect(text).toContain('TypeError');
    expect(text).toContain('log-file.test.ts');
    expect(text).not.toContain('secret');
  });

  it('says the code of an error that has one, unless it is no code', () => {
    expect(placeOf(Object.assign(new Error('x'), { code: 'SQLITE_IOERR' }))).toContain('SQLITE_IOERR');
    expect(placeOf(Object.assign(new Error('x'), { code: 'a secret' }))).not.toContain('secret');
    expect(placeOf('a secret')).toBe('string');
  });
});
