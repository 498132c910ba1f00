import { createHash } from 'node:crypto';
import {
  endMeasures,
  holding,
  type Measure,
  type Ruling,
  restrict,
  type SubjectRef,
  staffGrounds,
} from '../access/index.js';
import { type RoleTable, requireOutranks } from '../identity/roles.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { conflict, notFound } from '../kernel/errors.js';
import type { EventMap } from '../kernel/events.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import { mentionedIn } from '../text-entities/index.js';
import { countersOfMove } from './place.js';
import { nextCommentStatus } from './status.js';
import type { Comment } from './types.js';
import { type CommentStores, type CommentWriteDeps, eventOf, lockComment } from './unit.js';

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

/** A comment as a subject of moderation. */
export const subjectOfComment = (comment: Pick<Comment, 'id'>): SubjectRef => ({
  kind: 'comment',
  id: comment.id,
});

/** What is put on record of a comment that is restricted. */
export const restrictedComment = (comment: Pick<Comment, 'id' | 'authorId' | 'revision'>) => ({
  subject: subjectOfComment(comment),
  authorId: comment.authorId,
  revision: comment.revision,
  contentAt: timeOfId(comment.id),
});

/** SHA-256 of what a comment says, hex. */
export const contentHashOfComment = ({ text }: Pick<Comment, 'text'>): string =>
  createHash('sha256').update(text).digest('hex');

/**
 * Locks the two accounts of a decision about a comment, then its post and the comment; null for what does not exist or is
 * deleted.
 */
export async function lockForDecision(
  stores: CommentStores,
  actor: Actor,
  commentId: Id,
): Promise<Comment | null> {
  const staffId = viewerOf(actor);
  const authorId = (await stores.comments.byIds([commentId])).get(commentId)?.authorId;
  if (authorId === undefined) return null;
  await stores.locks.accounts([...new Set([authorId, ...(staffId === null ? [] : [staffId])])]);
  const comment = (await lockComment(stores, staffId, commentId))?.comment;
  return comment && comment.status !== 'deleted' ? comment : null;
}

/** The comment, if the actor may decide about it; behind {@link lockForDecision}. @throws comment.not_found, account.outranked */
export async function requireDecidable(
  { roles }: Pick<ModerateDeps, 'roles'>,
  stores: CommentStores,
  actor: Actor,
  comment: Comment | null,
): Promise<Comment> {
  if (!comment) throw notFound('comment');
  const staffId = viewerOf(actor);
  const involved = [...new Set([comment.authorId, ...(staffId === null ? [] : [staffId])])];
  const accounts = await stores.accounts.byIds(involved);
  requireOutranks(
    roles,
    actor,
    staffId === null ? undefined : accounts.get(staffId),
    accounts.get(comment.authorId),
  );
  return comment;
}

/**
 * Moves a locked comment by a decision: state, counters, events. Says nothing about why: that is the measure's.
 * @throws comment.illegal_move (conflict)
 */
export async function moveComment(
  { runtime }: Pick<ModerateDeps, 'runtime'>,
  stores: CommentStores,
  actor: Actor,
  comment: Comment,
  move: StaffMove,
  reason: string,
): Promise<void> {
  const from = comment.status;
  const to = nextCommentStatus(from, move);
  await stores.comments.move(comment.id, from, LEADS_TO[move], runtime.clock.now());
  await stores.counters.add(await countersOfMove(stores.comments, comment, from, to));
  const about = eventOf(comment);
  if (move === 'flag')
    await stores.outbox.append({ type: 'comment.flagged', actor, payload: { ...about, reason } });
  else {
    const type = move === 'release' ? 'comment.released' : 'comment.restored';
    await stores.outbox.append({ type, actor, payload: about });
  }
  if (to === 'published' && comment.publishedAt === null)
    await stores.outbox.append({ type: 'comment.published', actor, payload: publishedPayload(comment) });
}

/** Takes a locked comment down and says why: the measure, and the end of what held it before. */
export async function takeDown(
  deps: Pick<ModerateDeps, 'runtime'>,
  stores: CommentStores,
  actor: Actor,
  comment: Comment,
  ruling: Ruling,
): Promise<Measure> {
  if (comment.status !== 'flagged')
    await moveComment(deps, stores, actor, comment, 'flag', ruling.grounds.explanation);
  const held = await holding(stores, subjectOfComment(comment), ['hold']);
  await endMeasures(stores, deps.runtime, actor, held, 'replaced');
  return restrict(stores, deps.runtime, actor, restrictedComment(comment), ruling);
}

/**
 * Moves a comment by staff: `release` lets through what is under review, `flag` takes down and keeps for appeal, `restore`
 * reverses that, whatever decisions it rests on. Written to the staff log in the same transaction, and with a takedown
 * its statement of reasons.
 *
 * @returns `changed: false` when it is where the move leads already
 * @throws comment.not_found, comment.illegal_move (conflict), comment.stale_revision (conflict) when it was edited after the
 * decision, account.outranked (forbidden) for comments of one's own and of staff of an equal or higher rank
 */
export async function moveByStaff(
  deps: ModerateDeps,
  actor: Actor,
  move: StaffMove,
  input: {
    readonly commentId: Id;
    readonly reason: string;
    /** The revision it was decided about. */
    readonly revision?: number | undefined;
  },
): Promise<{ readonly changed: boolean }> {
  return deps.unitOfWork.transact(async (stores) => {
    const locked = await lockForDecision(stores, actor, input.commentId);
    const comment = await requireDecidable(deps, stores, actor, locked);
    const from = comment.status;
    if (from === LEADS_TO[move]) return { changed: false };
    const to = nextCommentStatus(from, move);
    if (input.revision !== undefined && input.revision !== comment.revision)
      throw conflict(
        'comment.stale_revision',
        `this comment is at revision ${comment.revision}: look at it again before deciding`,
      );
    if (move === 'flag')
      await takeDown(deps, stores, actor, comment, { kind: 'remove', grounds: staffGrounds(input.reason) });
    else {
      await moveComment(deps, stores, actor, comment, move, input.reason);
      const kind = move === 'release' ? 'hold' : 'remove';
      const ended = await holding(stores, subjectOfComment(comment), [kind]);
      await endMeasures(stores, deps.runtime, actor, ended, 'reversed', input.reason);
    }
    await stores.audit.append({
      actor,
      action: `comments.${move}`,
      subject: { kind: 'comment', id: comment.id },
      details: { from, to, reason: input.reason },
    });
    return { changed: true };
  });
}
