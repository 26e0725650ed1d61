import { wipe } from '../../core/crypto/bytes.ts';
import { beginSegment, nextState, noLink, openState, sealRecord, sealState } from '../../core/log/chain.ts';
import { type AccessEvent, encodeEvents } from '../../core/log/event.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { nextNumber } from './begin.ts';

/*
 * A token that survives a lock may be used in a process where nobody has ever logged in. So it has a segment of its own, whose state lies in
 * the database between two uses, sealed under the token. A login vouches in its own segment for what has come there.
 */

interface TokenPlace {
  readonly userId: Buffer;
  readonly tokenId: Buffer;
  readonly key: Buffer;
}

/** Begins a token's segment in this transaction, and says where. */
export async function beginTokenLog(
  { accessLog }: VaultContext,
  rows: Rows,
  { userId, keys }: Caller,
  { user, token, key }: { readonly user: number; readonly token: Buffer; readonly key: Buffer },
): Promise<NonNullable<AccessEvent['segment']>> {
  const number = await nextNumber(rows, user);
  const previous = accessLog.standing(userId)?.link ?? noLink;
  const { head, state } = beginSegment(keys.log, { userId, number, token, previous });
  await rows.log.insertSegment(user, { number, token, previous, head, anchored: 0 });
  await rows.tokens.setLogState(token, sealState(key, { userId, token }, state));
  wipe(state.secret);
  return { number, count: 0, link: state.link.toString('hex') };
}

/** Adds an event to a token's segment in this transaction. A token that is gone adds nothing. */
export async function addToTokenLog(rows: Rows, { userId, tokenId: token, key }: TokenPlace, event: AccessEvent): Promise<void> {
  const user = await rows.users.byId(userId);
  const sealed = await rows.tokens.logState(token);
  if (user === null || sealed === null) return;
  const state = openState(key, { userId, token }, sealed);
  const record = sealRecord(userId, state, encodeEvents([event]));
  const next = nextState(state, record);
  await rows.log.insertRecords(user.seq, state.number, state.index, [record]);
  await rows.tokens.setLogState(token, sealState(key, { userId, token }, next));
  wipe(state.secret, next.secret);
}
