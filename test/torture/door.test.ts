import { trialsOf } from '../../torture/trials.ts';
import { tryShortly } from './short.ts';

// The trial of other users fills the socket's queue at once, and where both processors are taken its own requests find no room
// (EAGAIN): it is run by itself, with `npm run torture -- other-user`.
tryShortly([...trialsOf.door, ...trialsOf.neighbours.filter(({ name }) => name !== 'other-user')]);
