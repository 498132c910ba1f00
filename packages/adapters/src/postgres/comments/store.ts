import {
  type Clock,
  type Comment,
  type CommentReader,
  type CommentWriter,
  compareIds,
  firstIdAt,
  type Id,
  type LevelQuery,
  timeOfId,
} from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { idBounds } from '../id-bounds.js';
import { monthOf } from '../partitions.js';
import * as statements from './statements.js';

/** Ids made on a node whose clock runs ahead are still found by a listing that begins now. */
const CLOCK_SKEW_MS = 60 * 60_000;

const time = (value: string | null): number | null => (value === null ? null : Number(value));

const commentOf = (row: statements.CommentRow): Comment => ({
  id: row.id,
  postId: row.postId,
  parentId: row.parentId,
  rootId: row.rootId,
  replyToId: row.replyToId,
  depth: row.depth,
  authorId: row.authorId,
  status: row.status,
  text: row.text,
  entities: row.entities,
  label: row.label,
  hiddenAt: time(row.hiddenAt),
  publishedAt: time(row.publishedAt),
  revision: row.revision,
  editedAt: time(row.editedAt),
  deletedAt: time(row.deletedAt),
  replyCount: row.replyCount,
  reactionCount: row.reactionCount,
  reactionCounts: row.reactionCounts,
});

async function readLevels(
  db: Kysely<Database>,
  query: LevelQuery,
): Promise<ReadonlyMap<Id, readonly Comment[]>> {
  const found = new Map<Id, Comment[]>();
  if (query.parents.length === 0) return found;
  const { sort, thread } = query;
  const places = query.parents.map(({ after }) => after ?? statements.BEGINNINGS[sort]);
  const rows = await statements.levels[sort].run(db, {
    parents: query.parents.map(({ id }) => id),
    afterIds: places.map(({ id }) => id),
    afterCounts: places.map(({ count }) => count),
    lo: thread.firstId,
    hi: thread.lastId,
    viewer: query.viewer ?? '0',
    hidden: query.hidden,
    limit: query.limit,
  });
  for (const row of rows) {
    const level = found.get(row.under);
    if (level) level.push(commentOf(row));
    else found.set(row.under, [commentOf(row)]);
  }
  return found;
}

/**
 * Reads an author's comments in windows that widen fourfold: two months at first, so that whoever comments often is read
 * from two partitions. Nobody comments before his account exists, so the windows end there.
 */
async function readOfAuthor(
  { db, clock }: { readonly db: Kysely<Database>; readonly clock: Clock },
  authorId: Id,
  slice: { readonly before: Id | null; readonly limit: number },
): Promise<readonly Comment[]> {
  const found: Comment[] = [];
  let before = slice.before ?? firstIdAt(clock.now() + CLOCK_SKEW_MS);
  const start = timeOfId(before);
  const end = monthOf(timeOfId(authorId), -1).from;
  for (let months = 2; ; months *= 4) {
    const wide = monthOf(start, 1 - months).from;
    const floor = compareIds(wide, end) > 0 ? wide : end;
    const limit = slice.limit - found.length;
    const rows = await statements.ofAuthor.run(db, { author: authorId, before, floor, limit });
    found.push(...rows.map(commentOf));
    if (found.length >= slice.limit || floor === end) return found;
    before = floor;
  }
}

/** Reads comments. */
export function createPostgresCommentReader(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): CommentReader {
  const { db } = deps;
  return {
    async byIds(ids) {
      if (ids.length === 0) return new Map();
      const wanted = [...new Set(ids)];
      const rows = await statements.byIds.run(db, { ids: wanted, ...idBounds(wanted) });
      return new Map(rows.map((row) => [row.id, commentOf(row)]));
    },
    thread: async (postId) => (await statements.thread.first(db, { post: postId })) ?? null,
    levels: (query) => readLevels(db, query),
    ofAuthor: (authorId, slice) => readOfAuthor(deps, authorId, slice),
  };
}

/** Reads and writes comments inside a transaction. */
export function createPostgresComments(deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
}): CommentReader & CommentWriter {
  const { tx, clock } = deps;
  return {
    ...createPostgresCommentReader({ db: tx, clock }),
    async insert(comment) {
      await statements.insert.run(tx, {
        id: comment.id,
        post: comment.postId,
        parent: comment.parentId,
        root: comment.rootId,
        replyTo: comment.replyToId,
        depth: comment.depth,
        author: comment.authorId,
        status: comment.status,
        text: comment.text,
        entities: JSON.stringify(comment.entities),
        label: comment.label,
        publishedAt: comment.publishedAt,
        revision: comment.revision,
      });
    },
    edit: async (id, { text, entities, label, editedAt }) => {
      const values = { id, text, entities: JSON.stringify(entities), label, at: editedAt };
      return (await statements.edit.first(tx, values))?.revision ?? null;
    },
    move: async (id, from, to, at) => (await statements.move.affected(tx, { id, from, to, at })) === 1,
    erase: async (id, at) => (await statements.erase.first(tx, { id, at })) !== undefined,
    setLabel: async (id, label) => void (await statements.setLabel.affected(tx, { id, label })),
    setHidden: async (id, at) => (await statements.setHidden.affected(tx, { id, at })) === 1,
    setPinned: async (postId, commentId) =>
      (await statements.setPinned.affected(tx, { post: postId, comment: commentId })) === 1,
  };
}
