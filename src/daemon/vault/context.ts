import type { DerivedKeys } from '../../core/crypto/derived-keys.ts';
import type { GeneratorDefaults } from '../../core/generate/defaults.ts';
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
  /** What `generate` means where a request leaves something open. */
  readonly generatorDefaults: GeneratorDefaults;
}

/** Who asks: a user whose keys are open for this one request. Whoever opened them wipes them. */
export interface Caller {
  /** 16 bytes. */
  readonly userId: Buffer;
  readonly keys: DerivedKeys;
  /** Where the caller's session keeps its listing; without one nothing is kept between requests. */
  readonly shelf?: Shelf;
}

/** Holds one piece of a session's data between requests, sealed under the session's token, and ends with the session. */
export interface Shelf {
  /** What was put last, in a buffer of the caller's own; null where there is nothing. */
  take(): Buffer | null;
  put(data: Buffer): void;
}

export function createVaultContext(parts: Omit<VaultContext, 'verified'>): VaultContext {
  return { ...parts, verified: new VerifiedManifests() };
}

/** Now, as entries keep it: ISO 8601 in UTC, milliseconds. */
export function timestamp({ clock }: VaultContext): string {
  return new Date(clock.wall()).toISOString();
}
