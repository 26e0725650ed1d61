import { confirmationRequired } from '../brake/brake.ts';
import type { Caller, VaultContext } from './context.ts';

/** To be called before an entry's secrets leave: asks the brake, and has it in the access log. `confirmation_required`. */
export function handOut({ brake, accessLog }: VaultContext, caller: Caller, id: string): void {
  if (caller.namedBeforehand !== true && !brake.admits(caller.userId, id)) {
    const refused = confirmationRequired('many entries were read within a minute: the master password is wanted again');
    accessLog.note(caller, { action: 'refused', entries: [id], detail: refused.code });
    throw refused;
  }
  accessLog.note(caller, { action: 'read', entries: [id] });
}
