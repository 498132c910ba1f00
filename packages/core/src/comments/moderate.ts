import { type RoleTable, requireOutranks } from '../identity/roles.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { conflict, notFound } from '../kernel/errors.js';
import type { EventMap } from '../kernel/events.js';
import type { Id } from '../kernel/ids.js';
import { mentionedIn } from '../text-entities/index.js';
import { countersOfMove } from './place.js';
import { nextCommentStatus } from './status.js';
import type { Comment } from './types.js';
import { type CommentWriteDeps, eventOf, lockComment } from './unit.js';

/** What staff's decisions about comments work on. */
export interface ModerateDeps extends Pick<CommentWriteDeps, 'unitOfWork' | 'runtime'> {
  readonly roles: RoleTable;
}

/** A decision of staff: let through, take down, reverse a takedown. */
export type StaffMove = 'release' | 'flag' | 'restore';

/** Where each decision leads: made twice, the second time changes nothing. */
const LEADS_TO = { release: 'published', flag: 'flagged', restore: 'published' } as const;
const publishedPayload = (comment: Comment): EventMap['comment.published'] => ({
  ...eventOf(comment),
  parentId: comment.parentId,
  replyToId: comment.replyToId,
  mentions: mentionedIn(comment.entities),
});

/**
 * Moves a comment by staff: `release` lets through what is under review, `flag` takes down and keeps for appeal,
 * `restore` reverses that. Written to the staff log in the same transaction.
 *
 * @returns `changed: false` when it is where the move leads already
 * @throws comment.not_found, comment.illegal_move (conflict), comment.stale_revision (conflict) when it was edited after the
 * decision, account.outranked (forbidden) for comments of one's own and of staff of an equal or higher rank
 */
export async function moveByStaff(
  { unitOfWork, runtime, roles }: ModerateDeps,
  actor: Actor,
  move: StaffMove,
  input: {
    readonly commentId: Id;
    readonly reason: string;
    /** The revision it was decided about. */
    readonly revision?: number | undefined;
  },
): Promise<{ readonly changed: boolean }> {
  const staffId = viewerOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const authorId = (await stores.comments.byIds([input.commentId])).get(input.commentId)?.authorId;
    if (authorId === undefined) throw notFound('comment');
    const involved = [authorId, ...(staffId === null ? [] : [staffId])];
    await stores.locks.accounts(involved);
    const accounts = await stores.accounts.byIds(involved);
    requireOutranks(
      roles,
      actor,
      staffId === null ? undefined : accounts.get(staffId),
      accounts.get(authorId),
    );

    const comment = (await lockComment(stores, staffId, input.commentId))?.comment;
    if (!comment || comment.status === 'deleted') throw notFound('comment');
    const from = comment.status;
    if (from === LEADS_TO[move]) return { changed: false };
    const to = nextCommentStatus(from, move);
    if (input.revision !== undefined && input.revision !== comment.revision)
      throw conflict(
        'comment.stale_revision',
        `this comment is at revision ${comment.revision}: look at it again before deciding`,
      );
    await stores.comments.move(comment.id, from, LEADS_TO[move], now);
    await stores.counters.add(await countersOfMove(stores.comments, comment, from, to));

    const about = eventOf(comment);
    if (move === 'flag') {
      const payload = { ...about, reason: input.reason };
      await stores.outbox.append({ type: 'comment.flagged', actor, payload });
    } else {
      const type = move === 'release' ? 'comment.released' : 'comment.restored';
      await stores.outbox.append({ type, actor, payload: about });
    }
    if (to === 'published' && comment.publishedAt === null)
      await stores.outbox.append({ type: 'comment.published', actor, payload: publishedPayload(comment) });
    await stores.audit.append({
      actor,
      action: `comments.${move}`,
      subject: { kind: 'comment', id: comment.id },
      details: { from, to, reason: input.reason },
    });
    return { changed: true };
  });
}
