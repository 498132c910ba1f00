import { type ContentFacts, canView, type FactsReader, shouldSurface } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import { MAX_REFILL_BATCH, MAX_REFILL_ROUNDS } from '../kernel/pipeline.js';
import type { CommentReader, LevelParent, LevelPosition, LevelQuery } from './store.js';
import type { Comment } from './types.js';

/** A comment in a thread as one viewer meets it: with its facts, or as the mere place of its replies. */
export interface ThreadNode {
  readonly comment: Comment;
  /** Null for a place whose comment is not for this viewer. */
  readonly facts: ContentFacts | null;
}

/** One level of a thread, as far as it was read. */
export interface ThreadLevel {
  readonly nodes: readonly ThreadNode[];
  /** Behind the last comment that was looked at; null when there are no more. */
  readonly next: LevelPosition | null;
}

/** What reading levels reads. */
export interface LevelReaders {
  readonly facts: FactsReader;
  readonly comments: CommentReader;
}

const positionOf = (comment: Comment): LevelPosition => ({ id: comment.id, count: comment.reactionCount });

/** The comments as the viewer meets them, in order; null for what he does not meet at all. */
export async function meet(
  facts: FactsReader,
  viewer: Id | null,
  comments: readonly Comment[],
  now: number,
): Promise<readonly (ThreadNode | null)[]> {
  const known = await facts.comments(
    viewer,
    comments.map(({ id }) => id),
  );
  return comments.map((comment) => {
    const found = known.get(comment.id);
    if (canView(found, now) && shouldSurface(found.author, 'thread', { isRepost: false }))
      return { comment, facts: found };
    return comment.replyCount > 0 ? { comment, facts: null } : null;
  });
}

/**
 * Reads levels of one thread as a viewer meets them. It is the read pipeline for many listings at once: however many
 * parents there are, a round is one statement for the comments and one for the facts, and only parents whose page is
 * not full yet take part in the next.
 */
export async function readLevels(
  readers: LevelReaders,
  query: Omit<LevelQuery, 'limit'> & { readonly limit: number; readonly now: number },
): Promise<ReadonlyMap<Id, ThreadLevel>> {
  const { limit, now, ...levels } = query;
  const done = new Map<Id, ThreadLevel>();
  let open: { readonly parent: LevelParent; readonly nodes: ThreadNode[] }[] = query.parents.map(
    (parent) => ({
      parent,
      nodes: [],
    }),
  );
  let batch = limit;
  for (let round = 0; open.length > 0 && round < MAX_REFILL_ROUNDS; round++) {
    // One more than needed tells "exactly full" from "there is more".
    const listed = await readers.comments.levels({
      ...levels,
      parents: open.map(({ parent }) => parent),
      limit: batch + 1,
    });
    const examined = open.flatMap(({ parent }) => listed.get(parent.id)?.slice(0, batch) ?? []);
    const met = new Map(
      (await meet(readers.facts, query.viewer, examined, now)).map((node, at) => [examined[at]?.id, node]),
    );
    const unfinished: typeof open = [];
    for (const { parent, nodes } of open) {
      const entries = listed.get(parent.id) ?? [];
      let after = parent.after;
      let full = false;
      for (const [at, comment] of entries.slice(0, batch).entries()) {
        after = positionOf(comment);
        const node = met.get(comment.id);
        if (!node) continue;
        nodes.push(node);
        if (nodes.length < limit) continue;
        done.set(parent.id, { nodes, next: at < entries.length - 1 ? after : null });
        full = true;
        break;
      }
      if (full) continue;
      if (entries.length <= batch) done.set(parent.id, { nodes, next: null });
      else unfinished.push({ parent: { id: parent.id, after }, nodes });
    }
    open = unfinished;
    batch = Math.min(batch * 2, MAX_REFILL_BATCH);
  }
  for (const { parent, nodes } of open) done.set(parent.id, { nodes, next: parent.after });
  return done;
}
