import {
  canComment,
  canView,
  isLive,
  referenceOf,
  requireActive,
  restrictByGate,
  reviewContent,
} from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, forbidden, notFound } from '../kernel/errors.js';
import { once } from '../kernel/idempotency.js';
import type { Id } from '../kernel/ids.js';
import {
  type Formatting,
  findMentionCandidates,
  linksIn,
  mentionedIn,
  mentionPairs,
  readText,
  resolveMentions,
} from '../text-entities/index.js';
import { restrictedComment } from './moderate.js';
import { countersOfMove } from './place.js';
import type { Comment } from './types.js';
import { type CommentStores, type CommentWriteDeps, eventOf, requirePost } from './unit.js';

/** What a new comment is made of. */
export interface NewComment {
  readonly postId: Id;
  readonly parentId?: Id | undefined;
  readonly text: string;
  readonly formatting: readonly Formatting[];
  readonly idempotencyKey?: string | undefined;
}

const notLive = (noun: 'post' | 'comment') =>
  conflict(`${noun}.not_live`, `this ${noun} is not published: it takes no comments`);

type Placement = Pick<Comment, 'postId' | 'parentId' | 'rootId' | 'replyToId' | 'depth'>;

/** Where an answer hangs: right below what it answers, or beside it where the thread goes no deeper. */
const placeUnder = (parent: Comment, maxDepth: number): Placement => {
  const deeper = parent.depth < maxDepth;
  return {
    postId: parent.postId,
    parentId: deeper ? parent.id : parent.parentId,
    rootId: deeper ? (parent.rootId ?? parent.id) : parent.rootId,
    replyToId: parent.id,
    depth: deeper ? parent.depth + 1 : parent.depth,
  };
};

/** Locks what the decision rests on, decides it, and says where the comment goes. */
async function decidePlacement(
  stores: CommentStores,
  authorId: Id,
  input: NewComment,
  mentions: readonly (readonly [Id, Id])[],
  now: number,
  maxDepth: number,
): Promise<Placement> {
  const look = async () => {
    const post = await requirePost(stores, authorId, input.postId, now);
    if (input.parentId === undefined) return { post, parent: undefined };
    const [comments, facts] = [
      await stores.comments.byIds([input.parentId]),
      await stores.facts.comments(authorId, [input.parentId]),
    ];
    const [comment, seen] = [comments.get(input.parentId), facts.get(input.parentId)];
    if (!comment || comment.postId !== post.id || !canView(seen, now)) throw notFound('comment');
    return { post, parent: { comment, facts: seen } };
  };
  // Who wrote a post or comment, and what a repost is of, never changes: that can be read before the locks it names.
  const before = await look();
  const answered = [before.post, ...(before.parent ? [before.parent.facts] : [])];
  await stores.locks.pairShared([
    ...answered.map(({ author }) => [authorId, author.accountId] as const),
    ...mentions,
  ]);
  await stores.locks.posts([before.post.id]);
  const { post, parent } = await look();
  requireActive((await stores.facts.relations(authorId, [authorId])).get(authorId));
  if (!isLive(post, now)) throw notLive('post');
  if (parent && !isLive(parent.facts, now)) throw notLive('comment');
  if (!canComment(post))
    throw forbidden('comment.not_allowed', 'the author of this post takes no comments from you');
  return parent
    ? placeUnder(parent.comment, maxDepth)
    : { postId: post.id, parentId: null, rootId: null, replyToId: null, depth: 0 };
}

/**
 * Writes a comment on a post the actor sees, or an answer to a comment on it.
 *
 * @throws post.not_found, comment.not_found, post.not_live or comment.not_live (conflict) for what is not published,
 * comment.not_allowed (forbidden) by the policy of the post's author, content.rejected (forbidden), text.* (validation)
 */
export async function createComment(
  deps: CommentWriteDeps,
  actor: Actor,
  input: NewComment,
): Promise<{ readonly commentId: Id }> {
  const { unitOfWork, runtime, gate, canonicalHandle, maxDepth } = deps;
  const authorId = accountOf(actor);
  const reading = readText(input.text, input.formatting);
  const verdict = await reviewContent(gate, {
    surface: 'comment',
    texts: { text: input.text },
    media: [],
    links: linksIn(reading.entities),
    authorId,
  });
  return unitOfWork.transact((stores) => {
    const now = runtime.clock.now();
    const call = { store: stores.idempotency, actorId: authorId, operation: 'comments.create', input, now };
    return once(call, async () => {
      const candidates = await findMentionCandidates(stores.accounts, canonicalHandle, reading);
      const mentions = mentionPairs(authorId, candidates);
      const placement = await decidePlacement(stores, authorId, input, mentions, now, maxDepth);
      const comment: Comment = {
        id: runtime.ids.next(),
        ...placement,
        authorId,
        status: verdict.decision === 'hold' ? 'under_review' : 'published',
        text: input.text,
        entities: await resolveMentions(stores.facts, authorId, reading, candidates),
        label: verdict.decision === 'blur' ? verdict.label : null,
        hiddenAt: null,
        publishedAt: verdict.decision === 'hold' ? null : now,
        revision: 1,
        editedAt: null,
        deletedAt: null,
        replyCount: 0,
        reactionCount: 0,
        reactionCounts: {},
      };
      await stores.comments.insert(comment);
      await stores.counters.add(await countersOfMove(stores.comments, comment, null, comment.status));

      await restrictByGate(stores, runtime, restrictedComment(comment), verdict);
      const about = eventOf(comment);
      const placed = { ...about, parentId: comment.parentId, replyToId: comment.replyToId };
      await stores.outbox.append({
        type: 'comment.created',
        actor,
        payload: { ...placed, status: comment.status },
      });
      if (verdict.decision === 'hold')
        await stores.outbox.append({
          type: 'comment.held',
          actor,
          payload: { ...about, revision: 1, reasons: verdict.reasons, ...referenceOf(verdict) },
        });
      else
        await stores.outbox.append({
          type: 'comment.published',
          actor,
          payload: { ...placed, mentions: mentionedIn(comment.entities), ...referenceOf(verdict) },
        });
      return { commentId: comment.id };
    });
  });
}
