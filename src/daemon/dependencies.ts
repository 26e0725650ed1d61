import type { StatusResponse } from '../core/api/status.ts';
import type { Log } from './log.ts';
import type { Backups } from './password/backups.ts';
import type { Passwords } from './password/passwords.ts';
import type { Recovery } from './password/recovery.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { VaultContext } from './vault/context.ts';

/** What the app and its routes are made of. */
export interface AppDependencies {
  readonly vault: VaultContext;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly recovery: Recovery;
  readonly backups: Backups;
  /** What `/status` says about the process. */
  readonly daemon: () => Omit<NonNullable<StatusResponse['daemon']>, 'sessions'>;
  /** Where swagger-ui's files are. */
  readonly docsAssets: string;
  readonly log: Log;
}
