import {
  compareIds,
  type Id,
  keyOf,
  type MemorySession,
  type MemoryTables,
  newestFirst,
} from '@socialkit/core';
import {
  MAX_FOLLOWEES,
  MAX_TASTE_REACTIONS,
  NAMED,
  PEERS,
  PER_AUTHOR,
  PER_PERSON,
  TASTE_POSTS,
} from './limits.js';
import {
  type FeedbackStore,
  type IdSpan,
  MAX_FEEDBACK,
  type PostCandidateReader,
  type PostFeedback,
  type PostSignals,
  type TasteExport,
} from './store.js';

// What candidates need of the other slices' rows, by the table names they share with SQL.
interface PostRow {
  readonly id: Id;
  readonly authorId: Id;
  readonly status: string;
  readonly visibility: string;
  readonly repostOfId: Id | null;
  readonly reactionCount: number;
  readonly commentCount: number;
  readonly repostCount: number;
  readonly quoteCount: number;
  readonly bookmarkCount: number;
}
interface ReactionRow {
  readonly id: Id;
  readonly targetKind: string;
  readonly targetId: Id;
  readonly userId: Id;
}
interface FollowRow {
  readonly followerId: Id;
  readonly followeeId: Id;
}
interface RepostRow {
  readonly authorId: Id;
  readonly originalId: Id;
  readonly postId: Id;
}
interface RollupRow {
  readonly subjectId: Id;
  readonly span: string;
  readonly counts: { readonly impressions: number };
}

const rows = <Row extends object>(tables: MemoryTables, name: string): Row[] => [
  ...tables.table<Row>(name).rows(),
];
const within = (id: Id, { from, to }: IdSpan) => compareIds(id, from) >= 0 && compareIds(id, to) <= 0;

/** One reaction a person and post, the newest, newest first. */
function reactionsTo(tables: MemoryTables, span: IdSpan): ReactionRow[] {
  const seen = new Set<string>();
  return rows<ReactionRow>(tables, 'reactions')
    .filter(({ targetKind, targetId }) => targetKind === 'post' && within(targetId, span))
    .sort((a, b) => newestFirst(a.id, b.id))
    .filter(({ userId, targetId }) => {
      const key = keyOf(userId, targetId);
      return !seen.has(key) && seen.add(key);
    });
}

const group = <K, Row>(all: readonly Row[], keyOfRow: (row: Row) => K): Map<K, Row[]> => {
  const groups = new Map<K, Row[]>();
  for (const row of all) {
    const held = groups.get(keyOfRow(row));
    if (held) held.push(row);
    else groups.set(keyOfRow(row), [row]);
  }
  return groups;
};

const posts = (tables: MemoryTables) => tables.table<PostRow>('posts');
const candidate = (post: PostRow | undefined): post is PostRow =>
  post?.status === 'published' && post.repostOfId === null;

/** Those a viewer follows who posted last. */
const activeFollowees = (tables: MemoryTables, userId: Id): ReadonlySet<Id> => {
  const lastPost = (id: Id) =>
    tables.table<{ readonly lastPostId: Id | null }>('accounts').get(id)?.lastPostId;
  return new Set(
    rows<FollowRow>(tables, 'follows')
      .filter(({ followerId }) => followerId === userId)
      .flatMap(({ followeeId }) => {
        const last = lastPost(followeeId);
        return last ? [{ followeeId, last }] : [];
      })
      .sort((a, b) => newestFirst(a.last, b.last))
      .slice(0, MAX_FOLLOWEES)
      .map(({ followeeId }) => followeeId),
  );
};

/** The reference {@link PostCandidateReader}, over the memory tables of graph, posts, reactions and analytics. */
export function createMemoryPostCandidates(session: MemorySession): PostCandidateReader {
  return {
    followed: (userId, { span, taste, halfLifeMs, limit }) =>
      session.run((tables) => {
        const affinity = new Map<Id, number>();
        const mine = reactionsTo(tables, taste).filter((row) => row.userId === userId);
        for (const { targetId, id } of mine.slice(0, TASTE_POSTS)) {
          const author = posts(tables).get(targetId)?.authorId;
          if (author === undefined) continue;
          const age = Number((BigInt(span.to) - BigInt(id)) >> 22n);
          affinity.set(author, (affinity.get(author) ?? 0) + 2 ** (-age / halfLifeMs));
        }
        const authors = activeFollowees(tables, userId);
        const newest = rows<PostRow>(tables, 'posts')
          .filter((post) => candidate(post) && authors.has(post.authorId) && within(post.id, span))
          .sort((a, b) => newestFirst(a.id, b.id));
        return [...group(newest, ({ authorId }) => authorId).values()]
          .flatMap((own) => own.slice(0, PER_AUTHOR))
          .sort((a, b) => newestFirst(a.id, b.id))
          .slice(0, limit)
          .map(({ id, authorId }) => ({ id, affinity: affinity.get(authorId) ?? 0 }));
      }),
    coLiked: (userId, { span, taste, limit }) =>
      session.run((tables) => {
        const all = reactionsTo(tables, taste);
        const byPost = group(all, ({ targetId }) => targetId);
        const similarity = new Map<Id, number>();
        for (const { targetId } of all.filter((row) => row.userId === userId).slice(0, TASTE_POSTS)) {
          const post = posts(tables).get(targetId);
          if (!post || post.reactionCount > MAX_TASTE_REACTIONS) continue;
          for (const { userId: other } of byPost.get(targetId) ?? [])
            if (other !== userId)
              similarity.set(other, (similarity.get(other) ?? 0) + 1 / Math.log(2 + post.reactionCount));
        }
        const peers = [...similarity].sort((a, b) => b[1] - a[1] || compareIds(a[0], b[0])).slice(0, PEERS);
        const recent = group(reactionsTo(tables, span), (row) => row.userId);
        const scores = new Map<Id, { score: number; people: number }>();
        for (const [peer, weight] of peers)
          for (const { targetId } of (recent.get(peer) ?? []).slice(0, PER_PERSON)) {
            if (!candidate(posts(tables).get(targetId))) continue;
            const held = scores.get(targetId) ?? { score: 0, people: 0 };
            scores.set(targetId, { score: held.score + weight, people: held.people + 1 });
          }
        return [...scores]
          .map(([id, held]) => ({ id, ...held }))
          .sort((a, b) => b.score - a.score || compareIds(a.id, b.id))
          .slice(0, limit);
      }),
    proven: (userId, { span, min, limit }) =>
      session.run((tables) => {
        const known = activeFollowees(tables, userId);
        const reacted = group(
          reactionsTo(tables, span).filter((row) => known.has(row.userId)),
          (row) => row.userId,
        );
        const reposted = group(
          rows<RepostRow>(tables, 'reposts')
            .filter(({ authorId, originalId }) => known.has(authorId) && within(originalId, span))
            .sort((a, b) => newestFirst(a.postId, b.postId)),
          (row) => row.authorId,
        );
        const acts = [
          ...[...reacted.values()].flatMap((own) =>
            own.slice(0, PER_PERSON).map(({ id, userId: by, targetId }) => ({ at: id, by, about: targetId })),
          ),
          ...[...reposted.values()].flatMap((own) =>
            own
              .slice(0, PER_PERSON)
              .map(({ postId, authorId, originalId }) => ({ at: postId, by: authorId, about: originalId })),
          ),
        ]
          .filter(({ about }) => candidate(posts(tables).get(about)))
          .sort((a, b) => newestFirst(a.at, b.at));
        return [...group(acts, ({ about }) => about)]
          .map(([id, of]) => ({ id, everybody: [...new Set(of.map(({ by }) => by))] }))
          .filter(({ everybody }) => everybody.length >= min)
          .sort((a, b) => b.everybody.length - a.everybody.length || compareIds(a.id, b.id))
          .slice(0, limit)
          .map(({ id, everybody }) => ({ id, people: everybody.length, users: everybody.slice(0, NAMED) }));
      }),
    fresh: (span, limit) =>
      session.run((tables) =>
        rows<PostRow>(tables, 'posts')
          .filter((post) => candidate(post) && post.visibility === 'public' && within(post.id, span))
          .map(({ id }) => id)
          .sort(newestFirst)
          .slice(0, limit),
      ),
    signals: (ids) =>
      session.run((tables) => {
        const wanted = new Set(ids);
        const tags = group(
          rows<{ readonly tag: string; readonly postId: Id }>(tables, 'post_hashtags').filter(({ postId }) =>
            wanted.has(postId),
          ),
          ({ postId }) => postId,
        );
        const refused = group(
          rows<PostFeedback>(tables, 'post_feedback').filter(({ kind }) => kind === 'not_interested'),
          ({ postId }) => postId,
        );
        const seen = new Map<Id, number>();
        for (const { subjectId, span, counts } of rows<RollupRow>(tables, 'an_rollup'))
          if (span === 'total' && wanted.has(subjectId))
            seen.set(subjectId, (seen.get(subjectId) ?? 0) + counts.impressions);
        return new Map(
          [...wanted].flatMap((id): [Id, PostSignals][] => {
            const post = posts(tables).get(id);
            if (!post) return [];
            return [
              [
                id,
                {
                  authorId: post.authorId,
                  tags: (tags.get(id) ?? []).map(({ tag }) => tag).sort(),
                  reactions: post.reactionCount,
                  replies: post.commentCount,
                  reposts: post.repostCount,
                  quotes: post.quoteCount,
                  bookmarks: post.bookmarkCount,
                  notInterested: refused.get(id)?.length ?? 0,
                  impressions: seen.get(id) ?? 0,
                },
              ],
            ];
          }),
        );
      }),
  };
}

/** The reference {@link TasteExport}. */
export const createMemoryTastes = (session: MemorySession): TasteExport => ({
  page: (after, limit, span) =>
    session.run((tables) => {
      const byUser = group(reactionsTo(tables, span), ({ userId }) => userId);
      const tagsOf = group(
        rows<{ readonly tag: string; readonly postId: Id }>(tables, 'post_hashtags'),
        ({ postId }) => postId,
      );
      return rows<{ readonly id: Id }>(tables, 'accounts')
        .map(({ id }) => id)
        .filter((id) => after === null || compareIds(id, after) > 0)
        .sort(compareIds)
        .slice(0, limit)
        .map((userId) => {
          const targets = (byUser.get(userId) ?? [])
            .slice(0, TASTE_POSTS)
            .map(({ targetId }) => targetId)
            .filter((id) => posts(tables).has(id));
          const authors = targets.flatMap((id) => posts(tables).get(id)?.authorId ?? []);
          const tags = targets.flatMap((id) => (tagsOf.get(id) ?? []).map(({ tag }) => tag));
          return { userId, authors: [...new Set(authors)].sort(compareIds), tags: [...new Set(tags)].sort() };
        });
    }),
});

/** The reference {@link FeedbackStore}. */
export function createMemoryFeedback(session: MemorySession): FeedbackStore {
  const open = (tables: MemoryTables) =>
    tables.table<PostFeedback & { readonly userId: Id }>('post_feedback');
  const of = (tables: MemoryTables, userId: Id) =>
    [...open(tables).rows()]
      .filter((row) => row.userId === userId)
      .sort((a, b) => b.at - a.at || newestFirst(a.postId, b.postId));
  return {
    put: (userId, feedback) =>
      session.run((tables) => {
        const key = keyOf(userId, feedback.postId);
        if (open(tables).get(key)?.kind === feedback.kind) return false;
        open(tables).put(key, { ...feedback, userId });
        for (const old of of(tables, userId).slice(MAX_FEEDBACK))
          open(tables).remove(keyOf(userId, old.postId));
        return true;
      }),
    remove: (userId, postId) => session.run((tables) => open(tables).remove(keyOf(userId, postId))),
    of: (userId) => session.run((tables) => of(tables, userId).map(({ userId: _, ...feedback }) => feedback)),
  };
}
