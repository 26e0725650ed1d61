import type { Askpass } from '../core/api/accounts.ts';
import { variable, type Environment } from './environment.ts';

/** What the daemon takes (core/api/accounts.ts). */
const longestVariable = 4096;

/** How somebody can be asked to agree to a signature: the program and the display of this terminal's session. Undefined where nobody can. */
export function askpassOf(env: Environment): Askpass | undefined {
  const program = variable(env, 'SSH_ASKPASS');
  const display = variable(env, 'DISPLAY');
  const waylandDisplay = variable(env, 'WAYLAND_DISPLAY');
  const xauthority = variable(env, 'XAUTHORITY');
  // A login must not fail for want of this.
  if ([program, display, waylandDisplay, xauthority].some((value) => (value?.length ?? 0) > longestVariable)) return undefined;
  if (program?.startsWith('/') !== true || (display === null && waylandDisplay === null)) return undefined;
  return {
    program,
    ...(display === null ? {} : { display }),
    ...(waylandDisplay === null ? {} : { waylandDisplay }),
    ...(xauthority === null ? {} : { xauthority }),
  };
}
