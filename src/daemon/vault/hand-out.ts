import { confirmationRequired } from '../brake/brake.ts';
import type { Caller, VaultContext } from './context.ts';

/** Asks the brake whether an entry's secrets, or what opens them, may leave: `confirmation_required`, which is in the access log. */
export function admit({ brake, accessLog }: VaultContext, caller: Caller, id: string): void {
  if (brake.admits(caller.userId, id)) return;
  const refused = confirmationRequired('many entries were read within a minute: the master password is wanted again');
  accessLog.note(caller, { action: 'refused', entries: [id], detail: refused.code });
  throw refused;
}

/** To be called before an entry's secrets leave: asks the brake, and has it in the access log. `confirmation_required`. */
export function handOut(context: VaultContext, caller: Caller, id: string): void {
  if (caller.namedBeforehand !== true) admit(context, caller, id);
  context.accessLog.note(caller, { action: 'read', entries: [id] });
}
