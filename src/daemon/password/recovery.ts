import type { NewKitResponse, RecoverResponse } from '../../core/api/accounts.ts';
import type { KdfParameters } from '../../core/crypto/header.ts';
import { VaultError } from '../../core/errors.ts';
import { beginLogIfPossible } from '../access-log/begin.ts';
import type { Way } from '../environment.ts';
import { type AuthorizedSession, locked } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { findUser, findUserById, replaceCredential } from '../vault/users.ts';
import { beginVerification } from '../vault/verify.ts';
import type { Answer } from './answer.ts';
import type { Attempt } from './attempts.ts';
import type { Door } from './door.ts';
import { dropReplaced } from './drop-replaced.ts';
import type { Task } from './protocol.ts';

export interface RecoveryDependencies {
  readonly vault: VaultContext;
  readonly sessions: Sessions;
  readonly door: Door;
  /** What new credentials are written with. */
  readonly kdf: KdfParameters;
}

/** What recovery kits are made and used for. */
export class Recovery {
  readonly #deps: RecoveryDependencies;

  constructor(deps: RecoveryDependencies) {
    this.#deps = deps;
  }

  /** Makes a kit; an earlier one opens nothing any more, and is gone from the disk. `incorrect_password`. */
  async newKit(way: Way, session: AuthorizedSession, body: readonly Buffer[]): Promise<NewKitResponse> {
    return await this.#deps.door.enter(way, 'newKit', body, async (child) => {
      const { vault, sessions, door, kdf } = this.#deps;
      // It may have waited for its turn.
      if (sessions.describe(session) === null) throw locked();
      const user = await findUser(vault, session.account);
      if (user === null) throw new VaultError('vault_corrupt', 'the account is gone');
      const attempt: Attempt = { way, account: user.account, exists: true };
      door.check(attempt);
      const task: Task = { kind: 'newKit', credential: user.credential, kdf };
      return await door.derive(child, task, attempt, async (answer) => {
        await this.#store({ userId: user.id, keys: answer.keys }, user.credential.checksum, answer, { endTokens: false });
        return { recoveryKit: kitOf(answer), leftOnDisk: !vault.store.checkpoint() };
      });
    });
  }

  /**
   * Sets another master password by a kit, which opens nothing afterwards, makes the next one, and starts a session in the place of
   * all that there were. `incorrect_password` where the kit opens no vault here.
   */
  async recover(way: Way, body: readonly Buffer[]): Promise<RecoverResponse> {
    return await this.#deps.door.enter(way, 'recover', body, async (child) => {
      const { vault, sessions, door, kdf } = this.#deps;
      const { userId = '', acceptOlder = false } = child.asked;
      const user = await findUserById(vault, Buffer.from(userId, 'hex'));
      const attempt: Attempt = { way, account: user?.account ?? userId, exists: user !== null };
      door.check(attempt);
      if (user === null) throw new VaultError('incorrect_password', 'this recovery kit does not open the vault');
      const verification = beginVerification(vault, user.id);
      const task: Task = { kind: 'recover', credential: user.credential, kdf };
      return await door.derive(child, task, attempt, async (answer) => {
        const caller: Caller = { userId: user.id, keys: answer.keys };
        await verification.finish(caller, { acceptOlder });
        await beginLogIfPossible(vault, caller);
        await this.#store(caller, user.credential.checksum, answer, { endTokens: true });
        const sessionsEnded = sessions.endAll(user.id);
        const dropped = await dropReplaced({ vault, sessions }, user.id);
        const begun = await sessions.begin(user, answer.keys);
        return {
          ...begun,
          account: user.account,
          recoveryKit: kitOf(answer),
          sessionsEnded,
          copies: await vault.store.copies(),
          ...dropped,
        };
      });
    });
  }

  /** Stores the new credential. */
  async #store(caller: Caller, expected: Buffer, { credential }: Answer, options: { readonly endTokens: boolean }): Promise<void> {
    const { vault } = this.#deps;
    if (credential === null) throw new VaultError('internal', 'the key derivation gave no credential');
    if (!(await replaceCredential(vault, caller, expected, credential, options))) {
      throw new VaultError('revision_conflict', 'the master password was changed meanwhile');
    }
  }
}

function kitOf({ recoveryKit }: Answer): string {
  if (recoveryKit === null) throw new VaultError('internal', 'the key derivation gave no recovery kit');
  return recoveryKit.toString('ascii');
}
