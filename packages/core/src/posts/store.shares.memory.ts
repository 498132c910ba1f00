import { compareIds, type Id, newestFirst } from '../kernel/ids.js';
import { keyOf, type MemorySession } from '../kernel/memory.js';
import type {
  Bookmark,
  BookmarkReader,
  BookmarkWriter,
  PinReader,
  PinWriter,
  PostSlice,
  Repost,
  RepostReader,
  RepostWriter,
} from './store.js';

const slice = <Row>(rows: readonly Row[], idOf: (row: Row) => Id, { after, limit }: PostSlice): Row[] =>
  rows
    .filter((row) => after === null || compareIds(idOf(row), after) < 0)
    .sort((a, b) => newestFirst(idOf(a), idOf(b)))
    .slice(0, limit);

/** The reference {@link RepostReader} and {@link RepostWriter}. */
export function createMemoryReposts(session: MemorySession): RepostReader & RepostWriter {
  return {
    find: (authorId, originalId) =>
      session.run(
        (tables) => tables.table<Repost>('reposts').get(keyOf(authorId, originalId))?.postId ?? null,
      ),
    ofOriginal: (originalId, page) =>
      session.run((tables) =>
        slice(
          [...tables.table<Repost>('reposts').rows()].filter((row) => row.originalId === originalId),
          (row) => row.postId,
          page,
        ),
      ),
    insert: (row) =>
      session.run((tables) => {
        const table = tables.table<Repost>('reposts');
        const key = keyOf(row.authorId, row.originalId);
        if (table.has(key)) return false;
        table.put(key, { ...row });
        return true;
      }),
    remove: (authorId, originalId) =>
      session.run((tables) => {
        const table = tables.table<Repost>('reposts');
        const key = keyOf(authorId, originalId);
        const row = table.get(key);
        table.remove(key);
        return row?.postId ?? null;
      }),
  };
}

/** The reference {@link BookmarkReader} and {@link BookmarkWriter}. */
export function createMemoryBookmarks(session: MemorySession): BookmarkReader & BookmarkWriter {
  return {
    list: (userId, page) =>
      session.run((tables) =>
        slice(
          [...tables.table<Bookmark>('bookmarks').rows()].filter((row) => row.userId === userId),
          (row) => row.id,
          page,
        ),
      ),
    insert: (row) =>
      session.run((tables) => {
        const table = tables.table<Bookmark>('bookmarks');
        const key = keyOf(row.userId, row.postId);
        if (table.has(key)) return false;
        table.put(key, { ...row });
        return true;
      }),
    remove: (userId, postId) =>
      session.run((tables) => {
        const table = tables.table<Bookmark>('bookmarks');
        const row = table.get(keyOf(userId, postId));
        table.remove(keyOf(userId, postId));
        return row?.id ?? null;
      }),
  };
}

interface PinRow {
  readonly userId: Id;
  readonly postId: Id;
  readonly id: Id;
}

/** The reference {@link PinReader} and {@link PinWriter}. */
export function createMemoryPins(session: MemorySession): PinReader & PinWriter {
  return {
    list: (userId) =>
      session.run((tables) =>
        [...tables.table<PinRow>('pins').rows()]
          .filter((row) => row.userId === userId)
          .sort((a, b) => newestFirst(a.id, b.id))
          .map((row) => row.postId),
      ),
    insert: (userId, postId, id) =>
      session.run((tables) => {
        const table = tables.table<PinRow>('pins');
        if (table.has(keyOf(userId, postId))) return false;
        table.put(keyOf(userId, postId), { userId, postId, id });
        return true;
      }),
    remove: (userId, postId) =>
      session.run((tables) => tables.table<PinRow>('pins').remove(keyOf(userId, postId))),
  };
}
