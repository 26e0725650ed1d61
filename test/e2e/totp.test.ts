import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { totpCode } from '../../src/core/totp.ts';
import { sharedHome } from '../support/home.ts';
import { migrationAddress } from '../support/migration.ts';
import { qrJpeg, qrPng } from '../support/qr.ts';
import { createVault, json, succeed } from './vaults.ts';

const home = sharedHome({ prepare: (made) => createVault(made) });
const run = (...args: string[]) => home().run(args);
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const codes = (uri: string) => [Date.now() - 30_000, Date.now(), Date.now() + 30_000].map((at) => totpCode(uri, at).code);

describe('vault totp', () => {
  it('prints the code of a secret from standard input, and says in JSON how long it lives', async () => {
    await succeed(home(), ['add', 'github.com', '-u', 'me', '--totp-stdin'], { input: `${secret.toLowerCase()}\n` });
    const uri = `otpauth://totp/vault?secret=${secret}`;
    for (const name of ['totp', 'otp', 'code']) expect(codes(uri)).toContain((await run(name, 'github.com')).stdout);
    const { code, validForSeconds, period } = (await json(home(), ['totp', 'github.com'])) as Record<string, unknown>;
    expect(codes(uri)).toContain(code);
    expect(period).toBe(30);
    expect(validForSeconds).toBeGreaterThanOrEqual(1);
  });

  it('waits for the next code where the present one ends too soon, and says so', async () => {
    await succeed(home(), ['add', 'quick', '--totp-stdin'], { input: `otpauth://totp/x?secret=${secret}&period=2` });
    const { code, stdout, stderr } = await run('totp', 'quick', '--min-validity', '2');
    expect({ code, length: stdout.length }).toEqual({ code: 0, length: 6 });
    // On a slow machine the next one may end too soon as well.
    expect(stderr).toMatch(/^(the present code ends in 1 second: waiting for the next one\n)*$/);
    expect(await run('totp', 'quick', '--min-validity', '3')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2 seconds at most'),
    });
    expect(await run('totp', 'quick', '--min-validity', 'x')).toMatchObject({ code: 2 });
  });

  it('fails with 5 where the entry has no secret, and says how to store one', async () => {
    await succeed(home(), ['add', 'bare', '-g']);
    expect(await run('totp', 'bare')).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('vault edit NAME --totp') });
  });

  it('takes no secret that is none, and no two of them', async () => {
    const refused = await home().run(['edit', 'bare', '--totp-stdin'], { input: 'not base32!' });
    expect(refused).toMatchObject({ code: 2, stderr: expect.not.stringContaining('not base32!') });
    expect(await home().run(['edit', 'bare', '--totp-stdin', '--totp-qr', 'x'], { input: secret })).toMatchObject({ code: 2 });
    expect(await run('edit', 'bare', '--totp')).toMatchObject({ code: 2, stderr: expect.stringContaining('--totp-stdin') });
  });

  it('is asked for on a terminal, and again where it is wrong', async () => {
    const terminal = home().terminal(['edit', 'bare', '--totp']);
    await terminal.waitForPrompt('TOTP secret:');
    terminal.type('01189998');
    terminal.press('enter');
    await terminal.waitFor('not base32');
    for (let i = 0; i < 8; i++) terminal.press('backspace');
    terminal.type(secret);
    terminal.press('enter');
    expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
    expect(terminal.output).not.toContain(secret);
    expect((await run('totp', 'bare')).stdout).toMatch(/^\d{6}$/);
    await succeed(home(), ['edit', 'bare', '--unset', 'totp']);
    expect(await run('totp', 'bare')).toMatchObject({ code: 5 });
  });
});

describe('--totp-qr', () => {
  const file = (name: string, content: Buffer) => {
    writeFileSync(home().path(name), content);
    return home().path(name);
  };
  const accounts = migrationAddress([
    { secret: Buffer.from('12345678901234567890'), label: 'Forge:ada', issuer: 'Forge', type: 2 },
    { secret: Buffer.from('abcdefghij'), label: 'bob', issuer: 'Bank', type: 2 },
    { secret: Buffer.from('counted'), label: 'old', type: 1 },
  ]);

  it('takes the secret from a picture, PNG or JPEG', async () => {
    const uri = `otpauth://totp/Shop:me?secret=${secret}&issuer=Shop&algorithm=SHA256&digits=8`;
    await succeed(home(), ['add', 'shop', '-g', '--totp-qr', file('shop.png', qrPng(uri))]);
    expect((await run('get', 'shop', '-f', 'totp')).stdout).toBe(uri);
    await succeed(home(), ['edit', 'quick', '--totp-qr', file('shop.jpg', qrJpeg(uri))]);
    expect(codes(uri)).toContain((await run('totp', 'quick')).stdout);
  });

  it('stores every account of an authenticator’s export, once, and completes the entries that wait for a secret', async () => {
    await succeed(home(), ['add', 'forge', '-u', 'ada', '-g']);
    const export_ = file('export.png', qrPng(accounts));
    const first = await run('add', '--totp-qr', export_, '-t', 'moved');
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toBe(
      'left out 1 account: counted codes (HOTP) are not supported\nadded its TOTP secret to forge (ada)\nadded Bank (bob)\n',
    );
    expect(await json(home(), ['list', '-t', 'moved'])).toMatchObject([{ name: 'Bank', username: 'bob' }]);
    expect((await run('totp', 'forge')).stdout).toMatch(/^\d{6}$/);
    const again = await run('add', '--totp-qr', export_);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringMatching(/nothing new in forge \(ada\)\nnothing new in Bank \(bob\)\n$/) });
    await succeed(home(), ['edit', 'Bank', '--totp-stdin'], { input: secret });
    const other = await run('add', '--totp-qr', export_, '--json');
    expect(other).toMatchObject({ code: 6, stderr: expect.stringContaining('"code":"entry_exists"') });
    expect(JSON.parse(other.stdout)).toMatchObject([{ name: 'forge', username: 'ada', revision: 2 }]);
    expect((await run('get', 'Bank', '-f', 'totp')).stdout).toContain(secret);
  });

  it('with a name takes the one of the username, or asks which', async () => {
    const export_ = file('export2.png', qrPng(accounts));
    expect(await run('edit', 'shop', '--totp-qr', export_)).toMatchObject({ code: 2, stderr: expect.stringContaining('2 accounts') });
    await succeed(home(), ['add', 'my.bank', '-u', 'bob', '--totp-qr', export_]);
    expect((await run('get', 'my.bank', '-f', 'totp')).stdout).toContain('issuer=Bank');
    const terminal = home().terminal(['edit', 'shop', '--totp-qr', export_]);
    await terminal.waitFor('Which one?');
    await terminal.waitFor('Bank (bob)');
    terminal.press('down');
    terminal.press('enter');
    expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
    expect((await run('get', 'shop', '-f', 'totp')).stdout).toContain('issuer=Bank');
  });

  it.each([
    ['no image', 'no.png', Buffer.from('hello'), 'no PNG or JPEG'],
    ['an image of something else', 'wifi.png', qrPng('WIFI:S:net;P:hunter2;;'), 'no TOTP secret'],
  ])('refuses %s, and stores nothing', async (_, name, content, message) => {
    const refused = await run('add', 'nobody', '-g', '--totp-qr', file(name, content));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(refused.stderr).not.toContain('hunter2');
    expect(await run('get', 'nobody')).toMatchObject({ code: 5 });
  });

  it('refuses what is no file, or has no end, at once', async () => {
    for (const path of ['/does/not/exist', '/dev/zero', '/']) {
      expect(await run('add', 'nobody', '--totp-qr', path)).toMatchObject({ code: 2 });
    }
    expect(await run('add')).toMatchObject({ code: 2, stderr: expect.stringContaining('NAME') });
    expect(await run('add', '--totp-qr', '/dev/null', '-g')).toMatchObject({ code: 2, stderr: expect.stringContaining('only -t') });
  });
});

it('on a terminal says how long the code is valid', async () => {
  const terminal = home().terminal(['totp', 'github.com']);
  await terminal.waitFor(/\d{6}/);
  expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
  expect(terminal.output).toMatch(/valid for \d+ seconds?/);
});
