import { sql } from 'kysely';
import { defineStatement } from '../statement.js';

/**
 * Each statement changes the rows of one kind of subject. Where there can be several rows, they are locked in order
 * first: an UPDATE alone would take them in whatever order its join finds them, and two storms would deadlock.
 */
export const addToAccounts = defineStatement({
  name: 'counters.accounts',
  params: {
    ids: 'bigint[]',
    followers: 'integer[]',
    following: 'integer[]',
    friends: 'integer[]',
    posts: 'integer[]',
  },
  build: (_, { ids, followers, following, friends, posts }) => sql`
    WITH locked AS MATERIALIZED (
      SELECT id FROM accounts WHERE id = ANY(${ids}) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE accounts AS a SET
      follower_count = a.follower_count + d.followers, following_count = a.following_count + d.following,
      friend_count = a.friend_count + d.friends, post_count = a.post_count + d.posts
    FROM locked JOIN unnest(${ids}, ${followers}, ${following}, ${friends}, ${posts})
      AS d (id, followers, following, friends, posts) ON d.id = locked.id
    WHERE a.id = locked.id`,
  sample: () => ({ ids: ['1'], followers: [0], following: [0], friends: [0], posts: [0] }),
});

/** What reactions add to a row `s`: kinds summed one by one, those that come out at zero left out. */
const kindsPlus = (added: ReturnType<typeof sql>) => sql`
  CASE WHEN ${added} = '{}' THEN s.reaction_counts ELSE jsonb_strip_nulls(s.reaction_counts || (
    SELECT jsonb_object_agg(k.key, nullif(coalesce((s.reaction_counts ->> k.key)::integer, 0) + k.value::integer, 0))
    FROM jsonb_each_text(${added}) AS k
  )) END`;

/** Tables outside of the slice that owns the kinds may not check them: the caller does, by this. */
const NEGATIVE_KIND = sql`jsonb_path_exists(s.reaction_counts, '$.* ? (@ < 0)') AS negative`;

export const addToPost = defineStatement({
  name: 'counters.post',
  params: {
    id: 'bigint',
    comments: 'integer',
    reposts: 'integer',
    quotes: 'integer',
    bookmarks: 'integer',
    reactions: 'jsonb',
    total: 'integer',
  },
  build: (_, { id, comments, reposts, quotes, bookmarks, reactions, total }) => sql<{ negative: boolean }>`
    UPDATE posts AS s SET
      comment_count = s.comment_count + ${comments}, repost_count = s.repost_count + ${reposts},
      quote_count = s.quote_count + ${quotes}, bookmark_count = s.bookmark_count + ${bookmarks},
      reaction_count = s.reaction_count + ${total}, reaction_counts = ${kindsPlus(reactions)}
    WHERE s.id = ${id} RETURNING ${NEGATIVE_KIND}`,
  sample: ({ newest }) => ({
    id: newest,
    comments: 0,
    reposts: 0,
    quotes: 0,
    bookmarks: 0,
    reactions: '{}',
    total: 0,
  }),
});

export const addToPosts = defineStatement({
  name: 'counters.posts',
  params: {
    ids: 'bigint[]',
    lo: 'bigint',
    hi: 'bigint',
    comments: 'integer[]',
    reposts: 'integer[]',
    quotes: 'integer[]',
    bookmarks: 'integer[]',
    reactions: 'text[]',
    totals: 'integer[]',
  },
  build: (_, p) => sql<{ negative: boolean }>`
    WITH d AS MATERIALIZED (
      SELECT id, comments, reposts, quotes, bookmarks, reactions::jsonb AS reactions, total
      FROM unnest(${p.ids}, ${p.comments}, ${p.reposts}, ${p.quotes}, ${p.bookmarks}, ${p.reactions}, ${p.totals})
        AS d (id, comments, reposts, quotes, bookmarks, reactions, total)
    ), locked AS MATERIALIZED (
      SELECT l.id FROM d CROSS JOIN LATERAL (
        SELECT id FROM posts WHERE posts.id = d.id AND posts.id BETWEEN ${p.lo} AND ${p.hi} FOR NO KEY UPDATE
      ) AS l
    )
    UPDATE posts AS s SET
      comment_count = s.comment_count + d.comments, repost_count = s.repost_count + d.reposts,
      quote_count = s.quote_count + d.quotes, bookmark_count = s.bookmark_count + d.bookmarks,
      reaction_count = s.reaction_count + d.total, reaction_counts = ${kindsPlus(sql`d.reactions`)}
    FROM d JOIN locked ON locked.id = d.id
    WHERE s.id = d.id AND s.id BETWEEN ${p.lo} AND ${p.hi}
    RETURNING ${NEGATIVE_KIND}`,
  sample: ({ ids, oldest, newest }) => {
    const zeros = ids.map(() => 0);
    return {
      ids: [...ids].reverse(),
      lo: oldest,
      hi: newest,
      comments: zeros,
      reposts: zeros,
      quotes: zeros,
      bookmarks: zeros,
      reactions: ids.map(() => '{}'),
      totals: zeros,
    };
  },
});

export const addToComments = defineStatement({
  name: 'counters.comments',
  params: {
    ids: 'bigint[]',
    lo: 'bigint',
    hi: 'bigint',
    replies: 'integer[]',
    reactions: 'text[]',
    totals: 'integer[]',
  },
  build: (_, p) => sql<{ negative: boolean }>`
    WITH d AS MATERIALIZED (
      SELECT id, replies, reactions::jsonb AS reactions, total
      FROM unnest(${p.ids}, ${p.replies}, ${p.reactions}, ${p.totals}) AS d (id, replies, reactions, total)
    ), locked AS MATERIALIZED (
      SELECT l.id FROM d CROSS JOIN LATERAL (
        SELECT id FROM comments WHERE comments.id = d.id AND comments.id BETWEEN ${p.lo} AND ${p.hi}
        FOR NO KEY UPDATE
      ) AS l
    )
    UPDATE comments AS s SET
      reply_count = s.reply_count + d.replies,
      reaction_count = s.reaction_count + d.total, reaction_counts = ${kindsPlus(sql`d.reactions`)}
    FROM d JOIN locked ON locked.id = d.id
    WHERE s.id = d.id AND s.id BETWEEN ${p.lo} AND ${p.hi}
    RETURNING ${NEGATIVE_KIND}`,
  sample: ({ ids, oldest, newest }) => {
    const zeros = ids.map(() => 0);
    return {
      ids: [...ids].reverse(),
      lo: oldest,
      hi: newest,
      replies: zeros,
      reactions: ids.map(() => '{}'),
      totals: zeros,
    };
  },
});

export const addToHashtags = defineStatement({
  name: 'counters.hashtags',
  params: { tags: 'text[]', posts: 'integer[]' },
  // A proposed row may not be negative even if it only ever meets one that exists; so what is proposed is at least zero,
  // and the caller refuses a new row that was to lose something.
  build: (_, { tags, posts }) => sql<{ tag: string; fresh: boolean }>`
    INSERT INTO hashtags AS h (tag, post_count)
    SELECT d.tag, greatest(d.posts, 0) FROM unnest(${tags}, ${posts}) AS d (tag, posts) ORDER BY d.tag COLLATE "C"
    ON CONFLICT (tag) DO UPDATE SET post_count = h.post_count + (
      SELECT d.posts FROM unnest(${tags}, ${posts}) AS d (tag, posts) WHERE d.tag = excluded.tag
    )
    RETURNING h.tag, xmax = 0 AS fresh`,
  sample: () => ({ tags: ['sample'], posts: [1] }),
});
