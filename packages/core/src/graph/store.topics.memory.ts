import { compareIds, type Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { FollowedHashtag, MutedThread, MutedWord, TopicReader, TopicWriter } from './store.js';
import { rowsOf } from './tables.memory.js';

type Owned<T> = T & { readonly userId: Id };
interface Entry {
  readonly id: Id;
  readonly userId: Id;
}

const words = (tables: MemoryTables) => tables.table<Owned<MutedWord>>('muted_words');
const threads = (tables: MemoryTables) => tables.table<Owned<MutedThread>>('muted_threads');
const hashtags = (tables: MemoryTables) => tables.table<Owned<FollowedHashtag>>('followed_hashtags');
const holds = (entry: { readonly expiresAt: number | null } | undefined, now: number): boolean =>
  entry !== undefined && (entry.expiresAt === null || entry.expiresAt > now);

const page = <E extends Entry>(
  rows: readonly E[],
  userId: Id,
  { after, limit }: { readonly after: Id | null; readonly limit: number },
): readonly E[] =>
  rows
    .filter((row) => row.userId === userId && (after === null || compareIds(row.id, after) < 0))
    .sort((a, b) => compareIds(b.id, a.id))
    .slice(0, limit);

/** The reference store of muted words, muted threads and followed hashtags. */
export function createMemoryTopics(session: MemorySession): TopicReader & TopicWriter {
  return {
    mutedWords: (userId, query) =>
      session.run((tables) =>
        page(
          rowsOf(words(tables)).filter((row) => holds(row, query.now)),
          userId,
          query,
        ).map(({ word, id, expiresAt }) => ({ word, id, expiresAt })),
      ),
    mutedThreads: (userId, query) =>
      session.run((tables) =>
        page(
          rowsOf(threads(tables)).filter((row) => holds(row, query.now)),
          userId,
          query,
        ).map(({ postId, id, expiresAt }) => ({ postId, id, expiresAt })),
      ),
    mutedAmong: (userId, postIds, now) =>
      session.run(
        (tables) =>
          new Set(postIds.filter((postId) => holds(threads(tables).get(keyOf(userId, postId)), now))),
      ),
    hashtags: (userId, query) =>
      session.run((tables) =>
        page(rowsOf(hashtags(tables)), userId, query).map(({ tag, id }) => ({ tag, id })),
      ),
    followsHashtag: (userId, tag) => session.run((tables) => hashtags(tables).has(keyOf(userId, tag))),
    count: (userId, kind) =>
      session.run((tables) => {
        const table = { words, threads, hashtags }[kind](tables);
        return rowsOf<Entry>(table as never).filter((row) => row.userId === userId).length;
      }),
    muteWord: (userId, word, now) =>
      session.run((tables) => {
        const key = keyOf(userId, word.word);
        const row = words(tables).get(key);
        if (row && holds(row, now)) {
          if (row.expiresAt === word.expiresAt) return false;
          words(tables).put(key, { ...row, expiresAt: word.expiresAt });
        } else words(tables).put(key, { ...word, userId });
        return true;
      }),
    unmuteWord: (userId, word, now) =>
      session.run((tables) => {
        const held = holds(words(tables).get(keyOf(userId, word)), now);
        words(tables).remove(keyOf(userId, word));
        return held;
      }),
    muteThread: (userId, thread, now) =>
      session.run((tables) => {
        const key = keyOf(userId, thread.postId);
        const row = threads(tables).get(key);
        if (row && holds(row, now)) {
          if (row.expiresAt === thread.expiresAt) return false;
          threads(tables).put(key, { ...row, expiresAt: thread.expiresAt });
        } else threads(tables).put(key, { ...thread, userId });
        return true;
      }),
    unmuteThread: (userId, postId, now) =>
      session.run((tables) => {
        const held = holds(threads(tables).get(keyOf(userId, postId)), now);
        threads(tables).remove(keyOf(userId, postId));
        return held;
      }),
    removeExpired: (userId, now) =>
      session.run((tables) => {
        for (const row of rowsOf(words(tables)))
          if (row.userId === userId && !holds(row, now)) words(tables).remove(keyOf(userId, row.word));
        for (const row of rowsOf(threads(tables)))
          if (row.userId === userId && !holds(row, now)) threads(tables).remove(keyOf(userId, row.postId));
      }),
    followHashtag: (userId, hashtag) =>
      session.run((tables) => {
        const key = keyOf(userId, hashtag.tag);
        if (hashtags(tables).has(key)) return false;
        hashtags(tables).put(key, { ...hashtag, userId });
        return true;
      }),
    unfollowHashtag: (userId, tag) => session.run((tables) => hashtags(tables).remove(keyOf(userId, tag))),
  };
}
