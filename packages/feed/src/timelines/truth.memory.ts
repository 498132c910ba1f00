import {
  compareIds,
  type Id,
  keyOf,
  type MemorySession,
  type MemoryTables,
  newestFirst,
  type PostViewReader,
} from '@socialkit/core';
import type { FeedTruthReader, Outbox } from './store.js';

// What home feeds need of the other slices' rows, by the table names and key order they share with SQL.
interface FollowRow {
  readonly followerId: Id;
  readonly followeeId: Id;
}
interface PostRow {
  readonly id: Id;
  readonly authorId: Id;
  readonly status: string;
}
interface TaggedRow {
  readonly tag: string;
  readonly postId: Id;
}
interface OwnRow {
  readonly userId: Id;
}
interface MutedRow extends OwnRow {
  readonly expiresAt: number | null;
}

const rows = <Row extends object>(tables: MemoryTables, name: string): Row[] => [
  ...tables.table<Row>(name).rows(),
];

/** The reference {@link FeedTruthReader}, over the memory tables of graph and posts. @param views hydrates over the same */
export function createMemoryFeedTruth(session: MemorySession, views: PostViewReader): FeedTruthReader {
  const published = (tables: MemoryTables, authors: ReadonlySet<Id>, before: Id | null): Id[] =>
    rows<PostRow>(tables, 'posts')
      .filter((post) => post.status === 'published' && authors.has(post.authorId))
      .map(({ id }) => id)
      .filter((id) => before === null || compareIds(id, before) < 0)
      .sort(newestFirst);
  const outbox = (ids: readonly Id[], limit: number): Outbox => ({
    ids: ids.slice(0, limit),
    more: ids.length > limit,
  });
  const collect = <K>(keys: readonly K[], read: (key: K) => Outbox): ReadonlyMap<K, Outbox> =>
    new Map(keys.map((key) => [key, read(key)] as const).filter(([, { ids }]) => ids.length > 0));

  const truth: FeedTruthReader = {
    home: (userId, { before, limit }) =>
      session.run((tables) => {
        const authors = new Set([userId]);
        for (const follow of rows<FollowRow>(tables, 'follows'))
          if (follow.followerId === userId) authors.add(follow.followeeId);
        return published(tables, authors, before).slice(0, limit);
      }),
    reader: (userId, { before, limit, now }) =>
      session.run((tables) => {
        const own = <Row extends OwnRow>(name: string) =>
          rows<Row>(tables, name).filter((row) => row.userId === userId);
        const holds = ({ expiresAt }: MutedRow) => expiresAt === null || expiresAt > now;
        return {
          own: published(tables, new Set([userId]), before).slice(0, limit),
          mutedWords: own<MutedRow & { word: string }>('muted_words')
            .filter(holds)
            .map(({ word }) => word)
            .sort(),
          mutesThreads: own<MutedRow>('muted_threads').some(holds),
          hashtags: own<OwnRow & { tag: string }>('followed_hashtags')
            .map(({ tag }) => tag)
            .sort(),
        };
      }),
    page: async (userId, ids, page) => ({
      reader: await truth.reader(userId, page),
      posts: await views.views(userId, ids, { follows: true }),
    }),
    outboxes: (authorIds, limit) =>
      session.run((tables) =>
        collect(authorIds, (authorId) => outbox(published(tables, new Set([authorId]), null), limit)),
      ),
    tagged: (tags, { before, limit }) =>
      session.run((tables) =>
        collect(tags, (tag) =>
          outbox(
            rows<TaggedRow>(tables, 'post_hashtags')
              .filter((row) => row.tag === tag && (before === null || compareIds(row.postId, before) < 0))
              .map(({ postId }) => postId)
              .sort(newestFirst),
            limit,
          ),
        ),
      ),
    followedAmong: (userId, authorIds) =>
      session.run((tables) => authorIds.filter((id) => tables.table('follows').has(keyOf(userId, id)))),
    countSince: (authorId, since) =>
      session.run(
        (tables) =>
          published(tables, new Set([authorId]), null).filter((id) => compareIds(id, since) >= 0).length,
      ),
  };
  return truth;
}
