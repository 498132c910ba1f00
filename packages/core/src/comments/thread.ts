import { z } from 'zod';
import { type ContentFacts, canView } from '../access/index.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { type Id, idSchema } from '../kernel/ids.js';
import { createCursorCodec } from '../kernel/page.js';
import { meet, readLevels, type ThreadLevel, type ThreadNode } from './levels.js';
import { createPresenter } from './present.js';
import type { CommentReads } from './reads.js';
import type { CommentThread, LevelPosition, LevelQuery } from './store.js';
import {
  type Comment,
  type CommentSort,
  type CommentView,
  MAX_LISTED_COMMENTS,
  type ThreadPage,
} from './types.js';
import { requirePost } from './unit.js';

/** What to list of a thread. */
export interface ThreadListing {
  readonly postId: Id;
  readonly parentId?: Id | undefined;
  readonly sort: CommentSort;
  readonly depth: number;
  readonly repliesLimit: number;
  readonly hidden: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const EMPTY: ThreadPage = Object.freeze({ items: [], nextCursor: null, pinned: null });

const positionSchema: z.ZodType<LevelPosition> = z.object({ id: idSchema, count: z.int().min(0) });
/** One codec a level: a cursor of one order or parent is refused by another. */
const codecOf = (parentId: Id, { sort, hidden }: Pick<ThreadListing, 'sort' | 'hidden'>) =>
  createCursorCodec(`comments.list:${parentId}:${sort}${hidden ? ':hidden' : ''}`, positionSchema);

/** @throws comment.not_found unless the comment stands in the thread and the viewer meets it there */
async function requireParent(
  { readers }: CommentReads,
  viewer: Id | null,
  post: ContentFacts,
  parentId: Id,
  now: number,
): Promise<void> {
  const parent = (await readers.comments.byIds([parentId])).get(parentId);
  if (!parent || parent.postId !== post.id) throw notFound('comment');
  const [node] = await meet(readers.facts, viewer, [parent], now);
  if (!node && !canView((await readers.facts.comments(viewer, [parentId])).get(parentId), now))
    throw notFound('comment');
}

/** Reads the levels below a level, as far down as was asked for and as much as one listing may bring along. */
async function readBelow(
  reads: CommentReads,
  query: Omit<LevelQuery, 'limit' | 'parents'> & { readonly now: number },
  top: ThreadLevel,
  listing: ThreadListing,
): Promise<ReadonlyMap<Id, ThreadLevel>> {
  const below = new Map<Id, ThreadLevel>();
  let level: readonly ThreadNode[] = top.nodes;
  let room = MAX_LISTED_COMMENTS - level.length;
  for (let depth = 0; depth < listing.depth && level.length > 0; depth++) {
    const parents = level
      // Without a session there is nothing below but what is counted; one's own held replies are not.
      .filter(({ comment }) => query.viewer !== null || comment.replyCount > 0)
      .slice(0, Math.floor(room / listing.repliesLimit));
    if (parents.length === 0) break;
    const read = await readLevels(reads.readers, {
      ...query,
      parents: parents.map(({ comment }) => ({ id: comment.id, after: null })),
      limit: listing.repliesLimit,
    });
    for (const [parentId, found] of read) below.set(parentId, found);
    level = parents.flatMap(({ comment }) => read.get(comment.id)?.nodes ?? []);
    room -= level.length;
  }
  return below;
}

async function readPinned(
  { readers }: CommentReads,
  viewer: Id | null,
  thread: CommentThread,
  now: number,
): Promise<ThreadNode | null> {
  if (thread.pinnedId === null) return null;
  const comment = (await readers.comments.byIds([thread.pinnedId])).get(thread.pinnedId);
  const [node] = comment ? await meet(readers.facts, viewer, [comment], now) : [];
  return node?.facts ? node : null;
}

/**
 * A page of a thread: what hangs right below a post or a comment, with the first replies of each, `depth` levels down.
 * One statement a level for the comments and one for the facts. A comment that is not for this viewer but has replies
 * keeps its place without text and author.
 *
 * @throws post.not_found, comment.not_found
 */
export async function listThread(
  reads: CommentReads,
  actor: Actor,
  listing: ThreadListing,
): Promise<ThreadPage> {
  const { readers, clock } = reads;
  const viewer = viewerOf(actor);
  const now = clock.now();
  const post = await requirePost(readers, viewer, listing.postId, now);
  const parentId = listing.parentId ?? post.id;
  const after = codecOf(parentId, listing).decode(listing.cursor);
  if (listing.parentId !== undefined) await requireParent(reads, viewer, post, listing.parentId, now);
  const thread = await readers.comments.thread(post.id);
  if (!thread) return EMPTY;

  const query = {
    thread,
    sort: listing.sort,
    viewer,
    hidden: listing.hidden
      ? ('only' as const)
      : post.author.self
        ? ('include' as const)
        : ('exclude' as const),
    now,
  };
  const [top, pinned] = await Promise.all([
    readLevels(readers, { ...query, parents: [{ id: parentId, after }], limit: listing.limit }),
    listing.parentId === undefined && after === null && !listing.hidden
      ? readPinned(reads, viewer, thread, now)
      : null,
  ]);
  const level = top.get(parentId) ?? { nodes: [], next: null };
  // Below a hidden comment its replies are listed like anywhere else.
  const hidden = query.hidden === 'only' ? 'include' : query.hidden;
  const below = await readBelow(reads, { ...query, hidden }, level, listing);

  const nodes = [...level.nodes, ...[...below.values()].flatMap((found) => found.nodes)];
  const present = await createPresenter(readers, viewer, pinned ? [...nodes, pinned] : nodes, {
    pinnedId: thread.pinnedId,
    now,
  });
  const view = (node: ThreadNode): CommentView => present(node, repliesOf(node.comment));
  const repliesOf = ({ id, replyCount }: Comment): CommentView['replies'] => {
    const found = below.get(id);
    if (!found) return replyCount === 0 && listing.depth > 0 ? { items: [], nextCursor: null } : null;
    const codec = codecOf(id, { sort: listing.sort, hidden: false });
    return {
      items: found.nodes.map(view),
      nextCursor: found.next === null ? null : codec.encode(found.next),
    };
  };
  return {
    items: level.nodes.map(view),
    nextCursor: level.next === null ? null : codecOf(parentId, listing).encode(level.next),
    pinned: pinned && present(pinned, null),
  };
}
