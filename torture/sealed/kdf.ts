import { createHash } from 'node:crypto';
import BetterSqlite3 from 'better-sqlite3';
import { z } from 'zod';
import { checkedHeader, credentialChecksum } from '../../src/core/crypto/credential.ts';
import { headerLength, kdfBounds } from '../../src/core/crypto/header.ts';
import { VaultError } from '../../src/core/errors.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import type { TestDaemon } from '../../test/daemon/test-daemon.ts';
import { daemonInProcess } from '../support/in-process.ts';

const stored = z.object({
  header: z.instanceof(Buffer),
  verifier: z.instanceof(Buffer),
  wrapped_vault_key: z.instanceof(Buffer),
  checksum: z.instanceof(Buffer),
});
const password = 'p';

/** Each value of the header at its bounds and outside of them, and every single bit of it. */
function* changedHeaders(header: Buffer): Generator<readonly [what: string, header: Buffer]> {
  for (const [name, at] of [
    ['memoryKiB', 18],
    ['iterations', 22],
    ['parallelism', 26],
  ] as const) {
    const { min, max } = kdfBounds[name];
    for (const value of [0, 1, min - 1, max + 1, 0x7fffffff, 0xffffffff]) {
      if (value >= min && value <= max) continue;
      const changed = Buffer.from(header);
      changed.writeUInt32BE(value, at);
      yield [`${name} = ${String(value)}`, changed];
    }
  }
  for (let bit = 0; bit < headerLength * 8; bit++) {
    const changed = Buffer.from(header);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield [`bit ${String(bit)}`, changed];
  }
}

/** What refuses a header before anything is derived; null where it has to be tried. */
function refusedAtOnce(header: Buffer, { header: _, ...rest }: z.infer<typeof stored>): string | null {
  const parts = { header, verifier: rest.verifier, wrappedVaultKey: rest.wrapped_vault_key, recoveryWrap: null };
  try {
    checkedHeader({ ...parts, checksum: credentialChecksum(parts) });
    return null;
  } catch (error) {
    return error instanceof VaultError ? error.code : String(error);
  }
}

/** So much memory may a derivation take in this trial; larger values within the bounds are left out, and counted. */
const memoryAtMost = 256 * 1024;

async function attack(run: Run, daemon: TestDaemon, database: BetterSqlite3.Database): Promise<void> {
  const sound = stored.parse(database.prepare('select header, verifier, wrapped_vault_key, checksum from users').get());
  const write = database.prepare('update users set header = ?, checksum = ?');
  const content = () =>
    createHash('sha256')
      .update(JSON.stringify(database.prepare('select * from users, manifest_roots').all()))
      .digest('hex');
  const login = async () => {
    // A wrong password counts against the door, which would close.
    daemon.clock.advance(60_000);
    return await daemon.request('/login', { json: { password } });
  };
  const expectRefusal = async (what: string, code: string) => {
    const before = content();
    const answer = await login();
    run.check(answer.text.includes(`"${code}"`), `${what}: answered ${String(answer.status)} ${answer.text}, and not ${code}`);
    run.check(content() === before, `${what}: something was written`);
  };
  for (const [what, header] of changedHeaders(sound.header)) {
    if (!run.hasTime() || (!run.full && !run.random.chance(0.012))) continue;
    write.run(header, sound.checksum);
    await expectRefusal(`${what}, checksum as it was`, 'vault_corrupt');
    run.tried('headers without a new checksum');
    const parts = { header, verifier: sound.verifier, wrappedVaultKey: sound.wrapped_vault_key, recoveryWrap: null };
    write.run(header, credentialChecksum(parts));
    const code = refusedAtOnce(header, sound);
    if (code !== null) {
      run.check(code === 'unsupported_format', `${what}: refused as ${code}`);
      await expectRefusal(`${what}, outside the bounds`, 'unsupported_format');
      run.tried('headers outside the bounds');
    } else if (header.readUInt32BE(18) <= memoryAtMost) {
      await expectRefusal(`${what}, within the bounds`, 'incorrect_password');
      run.tried('headers within the bounds');
    } else {
      run.tried('headers within the bounds that take more than 256 MiB (left out)');
    }
  }
  write.run(sound.header, sound.checksum);
  run.check((await login()).status === 200, 'the sound header is refused');
}

export const kdf: Trial = {
  name: 'kdf',
  what: "the key derivation's values in the database: each at and outside of its bounds, every bit of the header; with the checksum recomputed and without",
  passes:
    'without a new checksum, or outside the bounds: refused before deriving; inside and recomputed: answered as a wrong password; nothing opened, nothing written',
  run: async (run) => {
    const daemon = await daemonInProcess(run);
    await daemon.request('/users', { json: { password } });
    const database = new BetterSqlite3(`${daemon.directory}/vault.db`);
    try {
      await attack(run, daemon, database);
    } finally {
      database.close();
    }
  },
};
