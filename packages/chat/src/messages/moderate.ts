import {
  type Actor,
  conflict,
  type Id,
  mentionedIn,
  notFound,
  requireOutranks,
  viewerOf,
} from '@socialkit/core';
import { changeLocked } from './change.js';
import { cameIntoThread, goneFromThread } from './threads.js';
import type { MessageKey, MessageStatus } from './types.js';
import { eventOf, type MessageDeps } from './unit.js';

/** A decision of staff: let through, take down, reverse a takedown. */
export type StaffMove = 'release' | 'flag' | 'restore';

/** Where each decision leads from where. */
const MOVES = {
  release: { from: ['under_review'], to: 'published', type: 'message.released' },
  flag: { from: ['published', 'under_review'], to: 'flagged', type: 'message.flagged' },
  restore: { from: ['flagged'], to: 'published', type: 'message.restored' },
} as const satisfies Record<
  StaffMove,
  { readonly from: readonly MessageStatus[]; readonly to: 'published' | 'flagged'; readonly type: string }
>;

/**
 * Moves a message by staff, who need not be members. Written to the staff log in the same transaction.
 *
 * @returns `changed: false` when it is where the move leads already
 * @throws message.not_found, message.illegal_move, message.stale_revision (conflict), account.outranked (forbidden) for
 * messages of one's own and of staff of an equal or higher rank
 */
export function moveByStaff(
  deps: MessageDeps,
  actor: Actor,
  move: StaffMove,
  input: MessageKey & { readonly reason: string; readonly revision?: number | undefined },
): Promise<{ readonly changed: boolean }> {
  const { conversationId, seq } = input;
  const staffId = viewerOf(actor);
  const { from, to, type } = MOVES[move];
  return changeLocked(
    deps,
    conversationId,
    async (stores) => {
      // Who wrote a message never changes, so it can be read before the locks it names.
      const authorId = (await stores.messages.byKeys(conversationId, [seq])).get(seq)?.authorId;
      if (authorId === undefined) throw notFound('message');
      const involved: readonly Id[] = [authorId, ...(staffId === null ? [] : [staffId])];
      await stores.locks.accounts(involved);
      const accounts = await stores.accounts.byIds(involved);
      const staff = staffId === null ? undefined : accounts.get(staffId);
      requireOutranks(deps.roles, actor, staff, accounts.get(authorId));
      if (!(await stores.conversations.lock(conversationId))) throw notFound('message');
    },
    async (change) => {
      const { stores, say } = change;
      const message = (await stores.messages.byKeys(conversationId, [seq])).get(seq);
      if (!message || message.status === 'deleted' || message.status === 'expired') throw notFound('message');
      if (message.status === to) return { changed: false };
      if (!(from as readonly MessageStatus[]).includes(message.status))
        throw conflict('message.illegal_move', `a message that is ${message.status} cannot be moved so`);
      if (input.revision !== undefined && input.revision !== message.revision)
        throw conflict(
          'message.stale_revision',
          `this message is at revision ${message.revision}: look at it again before deciding`,
        );
      await stores.messages.move(message, message.status, to);
      say({ type, by: message.authorId, seq });
      if (to === 'published') {
        await cameIntoThread(change, message);
        const mentions = mentionedIn(message.entities).filter((id) => id !== message.authorId);
        await stores.messages.setMentions(message, mentions);
      } else {
        await goneFromThread(change, message);
        await stores.messages.setMentions(message, []);
      }
      const about = eventOf(message);
      if (move === 'flag')
        await stores.outbox.append({
          type: 'message.flagged',
          actor,
          payload: { ...about, reason: input.reason },
        });
      else
        await stores.outbox.append({
          type: move === 'release' ? 'message.released' : 'message.restored',
          actor,
          payload: {
            ...about,
            mentions: mentionedIn(message.entities),
            replyToSeq: message.replyToSeq,
            threadRootSeq: message.threadRootSeq,
          },
        });
      await stores.audit.append({
        actor,
        action: `messages.${move}`,
        subject: { kind: 'message', id: `${conversationId}:${seq}` },
        details: { from: message.status, to, reason: input.reason },
      });
      return { changed: true };
    },
  );
}
