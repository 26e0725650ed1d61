import { authorization } from './door/authorization.ts';
import { badHttp } from './door/bad-http.ts';
import { guard } from './door/guard.ts';
import { rebinding } from './door/rebinding.ts';
import { timing } from './door/timing.ts';
import { tokens } from './door/tokens.ts';
import type { Trial } from './frame/trial.ts';
import { atRest } from './memory/at-rest.ts';
import { memory } from './memory/memory.ts';
import { hostile } from './neighbours/hostile.ts';
import { otherUser } from './neighbours/other-user.ts';
import { fuzz } from './parsers/fuzz.ts';
import { bits } from './sealed/bits.ts';
import { kdf } from './sealed/kdf.ts';
import { rows } from './sealed/rows.ts';
import { commands } from './storage/commands.ts';
import { diskFaults } from './storage/disk-faults.ts';
import { kill } from './storage/kill.ts';
import { killedSteps } from './storage/killed-steps.ts';
import { powerLoss } from './storage/power-loss.ts';
import { soak } from './storage/soak.ts';

/** Every trial, by what it attacks, in the order of docs/assurance.md. */
export const trialsOf = {
  storage: [kill, powerLoss, diskFaults, killedSteps, commands, soak],
  sealed: [bits, rows, kdf, fuzz],
  door: [tokens, authorization, guard, badHttp, timing],
  secrets: [memory, atRest],
  neighbours: [hostile, otherUser],
  // Not part of `npm test`: it needs a browser, 400 MB of it.
  browser: [rebinding],
} as const satisfies Record<string, readonly Trial[]>;

export const trials: readonly Trial[] = Object.values(trialsOf).flat();
