import { compareIds, type Id, newestFirst } from '../kernel/ids.js';
import type { MemorySession, MemoryTables } from '../kernel/memory.js';
import { hasPlace } from './place.js';
import type {
  CommentReader,
  CommentThread,
  CommentWriter,
  LevelParent,
  LevelPosition,
  LevelQuery,
} from './store.js';
import type { Comment, CommentSort } from './types.js';

const comments = (tables: MemoryTables) => tables.table<Comment>('comments');
const threads = (tables: MemoryTables) => tables.table<CommentThread>('comment_threads');

const ORDERS: Readonly<Record<CommentSort, (a: LevelPosition, b: LevelPosition) => number>> = {
  newest: (a, b) => newestFirst(a.id, b.id),
  oldest: (a, b) => compareIds(a.id, b.id),
  top: (a, b) => b.count - a.count || newestFirst(a.id, b.id),
};

const positionOf = (comment: Comment): LevelPosition => ({ id: comment.id, count: comment.reactionCount });

const isListed = (comment: Comment, { viewer, hidden }: LevelQuery): boolean => {
  const own = viewer !== null && comment.authorId === viewer;
  if (!hasPlace(comment) && !(own && comment.status !== 'deleted')) return false;
  if (hidden === 'include') return true;
  return hidden === 'only' ? comment.hiddenAt !== null : comment.hiddenAt === null || own;
};

/** The reference store of comments. */
export function createMemoryComments(session: MemorySession): CommentReader & CommentWriter {
  const change = <T>(id: Id, missing: T, work: (comment: Comment, tables: MemoryTables) => T): Promise<T> =>
    session.run((tables) => {
      const comment = comments(tables).get(id);
      return comment ? work(comment, tables) : missing;
    });
  const level = (tables: MemoryTables, query: LevelQuery, parent: LevelParent): readonly Comment[] => {
    const order = ORDERS[query.sort];
    const { after } = parent;
    return [...comments(tables).rows()]
      .filter((comment) => (comment.parentId ?? comment.postId) === parent.id && isListed(comment, query))
      .sort((a, b) => order(positionOf(a), positionOf(b)))
      .filter((comment) => after === null || order(positionOf(comment), after) > 0)
      .slice(0, query.limit);
  };

  return {
    byIds: (ids) =>
      session.run((tables) => {
        const found = new Map<Id, Comment>();
        for (const id of ids) {
          const comment = comments(tables).get(id);
          if (comment) found.set(id, comment);
        }
        return found;
      }),
    thread: (postId) => session.run((tables) => threads(tables).get(postId) ?? null),
    levels: (query) =>
      session.run(
        (tables) =>
          new Map(
            query.parents
              .map((parent) => [parent.id, level(tables, query, parent)] as const)
              .filter(([, listed]) => listed.length > 0),
          ),
      ),
    ofAuthor: (authorId, { before, limit }) =>
      session.run((tables) =>
        [...comments(tables).rows()]
          .filter((comment) => comment.authorId === authorId && comment.status !== 'deleted')
          .filter((comment) => before === null || compareIds(comment.id, before) < 0)
          .sort((a, b) => newestFirst(a.id, b.id))
          .slice(0, limit),
      ),
    insert: (comment) =>
      session.run((tables) => {
        comments(tables).put(comment.id, { ...comment });
        const thread = threads(tables).get(comment.postId);
        const { id, postId } = comment;
        threads(tables).put(postId, {
          postId,
          firstId: thread && compareIds(thread.firstId, id) < 0 ? thread.firstId : id,
          lastId: thread && compareIds(thread.lastId, id) > 0 ? thread.lastId : id,
          pinnedId: thread?.pinnedId ?? null,
        });
      }),
    edit: (id, edit) =>
      change<number | null>(id, null, (comment, tables) => {
        if (comment.status === 'deleted') return null;
        const revision = comment.revision + 1;
        comments(tables).put(id, { ...comment, ...edit, revision });
        return revision;
      }),
    move: (id, from, to, at) =>
      change(id, false, (comment, tables) => {
        if (comment.status !== from) return false;
        const publishedAt = to === 'published' ? (comment.publishedAt ?? at) : comment.publishedAt;
        comments(tables).put(id, { ...comment, status: to, publishedAt });
        return true;
      }),
    erase: (id, at) =>
      change(id, false, (comment, tables) => {
        if (comment.status === 'deleted') return false;
        const gone = { status: 'deleted', text: '', entities: [], label: null, deletedAt: at } as const;
        comments(tables).put(id, { ...comment, ...gone });
        const thread = threads(tables).get(comment.postId);
        if (thread?.pinnedId === id) threads(tables).put(comment.postId, { ...thread, pinnedId: null });
        return true;
      }),
    setLabel: (id, label) =>
      change(id, undefined, (comment, tables) => {
        if (comment.status !== 'deleted') comments(tables).put(id, { ...comment, label });
      }),
    setHidden: (id, at) =>
      change(id, false, (comment, tables) => {
        if ((comment.hiddenAt === null) === (at === null)) return false;
        comments(tables).put(id, { ...comment, hiddenAt: at });
        return true;
      }),
    setPinned: (postId, commentId) =>
      session.run((tables) => {
        const thread = threads(tables).get(postId);
        if (!thread || thread.pinnedId === commentId) return false;
        threads(tables).put(postId, { ...thread, pinnedId: commentId });
        return true;
      }),
  };
}
