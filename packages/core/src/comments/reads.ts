import { canView, canViewConnections, requireAccount, requireVisible } from '../access/index.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { type Id, idSchema } from '../kernel/ids.js';
import { createCursorCodec, type Page } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import type { Clock } from '../kernel/runtime.js';
import type { LevelReaders, ThreadNode } from './levels.js';
import { createPresenter, type PresentReaders } from './present.js';
import type { Comment, CommentView } from './types.js';
import type { PostLookup } from './unit.js';

/** What the reads of comments work on. */
export interface CommentReads {
  readonly readers: LevelReaders & PresentReaders & PostLookup;
  readonly clock: Clock;
}

async function presentAlone(
  reads: CommentReads,
  viewer: Id | null,
  node: ThreadNode,
  now: number,
): Promise<CommentView> {
  const thread = await reads.readers.comments.thread(node.comment.postId);
  const pinnedId = thread?.pinnedId ?? null;
  const present = await createPresenter(reads.readers, viewer, [node], { pinnedId, now });
  return present(node, null);
}

/**
 * One comment, under whatever link: muted and hidden ones too.
 * @throws comment.not_found unless the actor may see it
 */
export async function getComment(reads: CommentReads, actor: Actor, commentId: Id): Promise<CommentView> {
  const { readers, clock } = reads;
  const viewer = viewerOf(actor);
  const now = clock.now();
  const facts = (await readers.facts.comments(viewer, [commentId])).get(commentId);
  requireVisible(facts, now, 'comment');
  const comment = (await readers.comments.byIds([commentId])).get(commentId);
  if (!comment) throw notFound('comment');
  return presentAlone(reads, viewer, { comment, facts }, now);
}

/** The actor's own comment right after a write: as {@link getComment}, and a mere place when it has gone meanwhile. */
export async function getWritten(reads: CommentReads, actor: Actor, commentId: Id): Promise<CommentView> {
  const { readers, clock } = reads;
  const viewer = viewerOf(actor);
  const now = clock.now();
  const facts = (await readers.facts.comments(viewer, [commentId])).get(commentId);
  const comment = (await readers.comments.byIds([commentId])).get(commentId);
  if (!comment) throw notFound('comment');
  return presentAlone(reads, viewer, { comment, facts: canView(facts, now) ? facts : null }, now);
}

/**
 * What an account commented, newest first, as far as the viewer sees the posts. Of a private account only its followers
 * see the list, though each comment stands in its thread for everybody who sees the post.
 *
 * @throws account.not_found
 */
export async function listByAuthor(
  reads: CommentReads,
  actor: Actor,
  input: { readonly userId: Id; readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<CommentView>> {
  const { readers, clock } = reads;
  const viewer = viewerOf(actor);
  const now = clock.now();
  const author = (await readers.facts.relations(viewer, [input.userId])).get(input.userId);
  requireAccount(author);
  const codec = createCursorCodec(`comments.byUser:${input.userId}`, idSchema);
  const after = codec.decode(input.cursor);
  if (!canViewConnections(author)) return { items: [], nextCursor: null };
  const page = await readPage<Id, Comment, ThreadNode, ThreadNode>({
    limit: input.limit,
    after,
    codec,
    skeleton: (before, limit) => readers.comments.ofAuthor(input.userId, { before, limit }),
    position: (comment) => comment.id,
    hydrate: async (comments) => {
      const facts = await readers.facts.comments(
        viewer,
        comments.map(({ id }) => id),
      );
      return comments.map((comment) => {
        const found = facts.get(comment.id);
        return canView(found, now) ? { comment, facts: found } : null;
      });
    },
    present: (node) => node,
  });
  const present = await createPresenter(readers, viewer, page.items, { pinnedId: null, now });
  return { items: page.items.map((node) => present(node, null)), nextCursor: page.nextCursor };
}
