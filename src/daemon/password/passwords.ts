import { randomBytes } from 'node:crypto';
import type { Askpass, ChangePasswordResponse, CreateUserResponse, LoginResponse } from '../../core/api/accounts.ts';
import { checkedHeader, type StoredCredential } from '../../core/crypto/credential.ts';
import type { DerivedKeys } from '../../core/crypto/derived-keys.ts';
import type { KdfParameters } from '../../core/crypto/header.ts';
import { VaultError } from '../../core/errors.ts';
import { defaultAccount } from '../../core/limits.ts';
import type { Way } from '../environment.ts';
import { beginLogIfPossible } from '../access-log/begin.ts';
import { type Claim, noClaim } from '../access-log/origin.ts';
import { type AuthorizedSession, locked, originOf } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UserRow } from '../store/user-rows.ts';
import { dropExpired } from '../scopes/expired.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { rotateKeys } from '../vault/rotate.ts';
import { createUser, findUser, replaceCredential } from '../vault/users.ts';
import { beginVerification } from '../vault/verify.ts';
import { loginTarget } from './account.ts';
import type { Answer } from './answer.ts';
import type { Attempt } from './attempts.ts';
import type { Door } from './door.ts';
import { dropReplaced } from './drop-replaced.ts';
import type { Task } from './protocol.ts';

export interface PasswordDependencies {
  readonly vault: VaultContext;
  readonly sessions: Sessions;
  readonly door: Door;
  /** What decoys are made from. */
  readonly decoyKey: Buffer;
  /** What new credentials are written with, and older ones raised to. */
  readonly kdf: KdfParameters;
  /** Called after a login that says how its user can be asked. */
  readonly onAskpass: (userId: Buffer, askpass: Askpass) => void;
}

/** What a master password is checked or set for every day. Bodies are the raw chunks of requests, and all go through the door. */
export class Passwords {
  readonly #deps: PasswordDependencies;

  constructor(deps: PasswordDependencies) {
    this.#deps = deps;
  }

  /** Opens a vault and starts a session. `incorrect_password` also for an account that does not exist, after the same time. */
  async login(way: Way, body: readonly Buffer[], claim: Claim = noClaim): Promise<LoginResponse> {
    return await this.#deps.door.enter(way, 'login', body, async (child) => {
      const { vault, decoyKey, kdf } = this.#deps;
      const { account, acceptOlder = false } = child.asked;
      const target = await loginTarget(vault, account, { key: decoyKey, configured: kdf });
      if (target.checked === null && way === 'socket') throw new VaultError('not_initialized', 'there is no vault yet');
      const attempt: Attempt = { way, account: target.name, exists: target.user !== null };
      this.#deps.door.check(attempt);
      checkedHeader(target.credential);
      const verification = target.checked === null ? null : beginVerification(vault, target.checked);
      const task: Task = { kind: 'open', credential: target.credential, kdf };
      return await this.#deps.door.derive(child, task, attempt, async ({ keys, credential }) => {
        const { user } = target;
        if (user === null || verification === null) throw new VaultError('internal', 'a decoy was opened');
        const caller: Caller = { userId: user.id, keys, origin: { ...claim, session: null } };
        await verification.finish(caller, { acceptOlder });
        await dropExpired(vault, caller);
        const logIsSound = await beginLogIfPossible(vault, caller);
        const raised = credential !== null && (await replaceCredential(vault, caller, user.credential.checksum, credential));
        const begun = await this.#beginUnder(raised ? credential : user.credential, user, keys);
        this.#takeAskpass(way, user.id, child.asked.askpass);
        return logIsSound ? begun : { ...begun, accessLogBroken: true };
      });
    });
  }

  /** The program that asks is one of the user's own: only who can open the socket may name it. */
  #takeAskpass(way: Way, userId: Buffer, askpass: Askpass | undefined): void {
    if (way === 'socket' && askpass !== undefined) this.#deps.onAskpass(userId, askpass);
  }

  /**
   * Starts a session that the holder of this credential's password may have. On the other way in somebody may have changed the
   * password since it was checked, or raised the KDF: looked at after the session is there, so that whoever changes it now ends it.
   */
  async #beginUnder(credential: StoredCredential, user: UserRow, keys: DerivedKeys): Promise<LoginResponse> {
    const { vault, sessions } = this.#deps;
    const begun = await sessions.begin(user, keys);
    const current = await findUser(vault, user.account);
    if (current?.credential.checksum.equals(credential.checksum) === true) return begun;
    const session = await sessions.authorize(begun.token);
    if (session !== null) sessions.end(session, { all: false });
    throw new VaultError('incorrect_password', 'the master password was changed meanwhile');
  }

  /** Checks the password of an open session's account, for what wants it again. `incorrect_password`. */
  async confirm(way: Way, session: AuthorizedSession, body: readonly Buffer[]): Promise<void> {
    await this.#deps.door.enter(way, 'login', body, async (child) => {
      const { vault, sessions, kdf } = this.#deps;
      const { account, acceptOlder } = child.asked;
      if (account !== undefined || acceptOlder !== undefined) throw new VaultError('invalid_request', 'the request has an unknown field');
      const user = await findUser(vault, session.account);
      if (user === null) throw new VaultError('vault_corrupt', 'the account is gone');
      const attempt: Attempt = { way, account: user.account, exists: true };
      this.#deps.door.check(attempt);
      await this.#deps.door.derive(child, { kind: 'open', credential: user.credential, kdf }, attempt, () => {
        sessions.confirm(session);
        vault.brake.release(user.id);
        vault.accessLog.note({ userId: user.id, origin: originOf(session) }, { action: 'confirmed' });
        return Promise.resolve();
      });
    });
  }

  /** Makes an account with an empty vault, and starts a session. `user_exists`. */
  async createUser(way: Way, body: readonly Buffer[]): Promise<CreateUserResponse> {
    return await this.#deps.door.enter(way, 'createUser', body, async (child) => {
      const { vault, sessions, kdf } = this.#deps;
      const account = (child.asked.account ?? defaultAccount).normalize('NFC');
      if ((await findUser(vault, account)) !== null) throw new VaultError('user_exists', 'this account exists already');
      const userId = randomBytes(16);
      return await child.derive({ kind: 'create', userId, kdf }, async ({ keys, credential, recoveryKit }) => {
        if (credential === null) throw new VaultError('internal', 'the key derivation gave no credential');
        await createUser(vault, { userId, keys }, account, credential);
        const session = await sessions.begin({ id: userId, account }, keys);
        this.#takeAskpass(way, userId, child.asked.askpass);
        return recoveryKit === null ? session : { ...session, recoveryKit: recoveryKit.toString('ascii') };
      });
    });
  }

  /** Sets another master password, ends all of the account's sessions and tokens, and takes the old wrap off the disk. */
  async changePassword(way: Way, session: AuthorizedSession, body: readonly Buffer[]): Promise<ChangePasswordResponse> {
    return await this.#deps.door.enter(way, 'changePassword', body, async (child) => {
      const { vault, sessions, door, kdf } = this.#deps;
      // It may have waited for its turn.
      if (sessions.describe(session) === null) throw locked();
      const user = await findUser(vault, session.account);
      if (user === null) throw new VaultError('vault_corrupt', 'the account is gone');
      const attempt: Attempt = { way, account: user.account, exists: true };
      door.check(attempt);
      const task: Task = { kind: 'change', credential: user.credential, kdf };
      return await this.#deps.door.derive(child, task, attempt, async (answer) => {
        const caller: Caller = { userId: user.id, keys: answer.keys, origin: originOf(session) };
        if (!(await this.#store(caller, user.credential.checksum, answer))) {
          throw new VaultError('revision_conflict', 'the master password was changed meanwhile');
        }
        const sessionsEnded = sessions.endAll(user.id);
        // Whatever a session made while the password was changed: none is left now that could make another.
        return { sessionsEnded, copies: await vault.store.copies(), ...(await dropReplaced({ vault, sessions }, user.id)) };
      });
    });
  }

  async #store(caller: Caller, expected: Buffer, { credential, newKeys }: Answer): Promise<boolean> {
    if (credential === null) throw new VaultError('internal', 'the key derivation gave no credential');
    const { vault } = this.#deps;
    if (newKeys === null) return await replaceCredential(vault, caller, expected, credential, { endTokens: true });
    return await rotateKeys(vault, caller, { expected, credential, newKeys });
  }
}
