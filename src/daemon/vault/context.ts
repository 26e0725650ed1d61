import { settings } from '../../core/config-settings.ts';
import type { DerivedKeys } from '../../core/crypto/derived-keys.ts';
import type { GeneratorDefaults } from '../../core/generate/defaults.ts';
import { AccessLog } from '../access-log/access-log.ts';
import type { Origin } from '../access-log/origin.ts';
import { Brake } from '../brake/brake.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { SeenManifests } from './seen.ts';
import { VerifiedManifests } from './verified.ts';

/** What every use case of the vault works with. */
export interface VaultContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly seen: SeenManifests;
  readonly verified: VerifiedManifests;
  readonly accessLog: AccessLog;
  readonly brake: Brake;
  /** What is older goes from the access log. */
  readonly logKeepDays: number;
  /** What `generate` means where a request leaves something open. */
  readonly generatorDefaults: GeneratorDefaults;
}

/** Who asks: a user whose keys are open for this one request. Whoever opened them wipes them. */
export interface Caller {
  /** 16 bytes. */
  readonly userId: Buffer;
  readonly keys: DerivedKeys;
  /** Through whom, for the access log; nobody where the daemon itself is at work. */
  readonly origin?: Origin;
  /** Whether the owner named the entries before anything was read: such reads do not count as reading in bulk. */
  readonly namedBeforehand?: boolean;
  /** Where the caller's session keeps its listing; without one nothing is kept between requests. */
  readonly shelf?: Shelf;
}

/** Holds a session's data between requests, in parts that are sealed under the session's token, and ends with the session. */
export interface Shelf {
  /** Opens any part of what was put last, in a buffer of the caller's own, also when other parts are put meanwhile; null where there is nothing. */
  take(): ((part: number) => Buffer) | null;
  put(parts: readonly Buffer[]): void;
}

type Parts = Omit<VaultContext, 'verified' | 'accessLog' | 'logKeepDays' | 'brake'> & {
  readonly logKeepDays?: number;
  /** 0 for any number. */
  readonly readsPerMinute?: number;
};

export function createVaultContext({ logKeepDays = settings['log.keepDays'].fallback, readsPerMinute = 0, ...parts }: Parts): VaultContext {
  const { store, clock } = parts;
  const verified = new VerifiedManifests();
  return { ...parts, logKeepDays, verified, accessLog: new AccessLog(store, clock), brake: new Brake(clock, readsPerMinute) };
}

/** Now, as entries keep it: ISO 8601 in UTC, milliseconds. */
export function timestamp({ clock }: VaultContext): string {
  return new Date(clock.wall()).toISOString();
}
