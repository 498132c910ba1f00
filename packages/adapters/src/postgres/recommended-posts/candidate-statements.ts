import type { Id } from '@socialkit/core';
import {
  MAX_FOLLOWEES,
  MAX_TASTE_REACTIONS,
  NAMED,
  PEERS,
  PER_AUTHOR,
  PER_PERSON,
  TASTE_POSTS,
} from '@socialkit/feed';
import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from '../statement.js';

type Expression = RawBuilder<unknown>;

/** Those a viewer follows who posted last. */
const activeFollowees = (user: Expression) => sql`
  SELECT a.id, a.last_post_id FROM follows AS f JOIN accounts AS a ON a.id = f.followee_id
  WHERE f.follower_id = ${user} AND a.last_post_id IS NOT NULL
  ORDER BY a.last_post_id DESC LIMIT ${sql.lit(MAX_FOLLOWEES)}`;

/** Posts one account reacted to last, each once, between two post ids. */
const reactedTo = (user: Expression, lo: Expression, hi: Expression, limit: number) => sql`
  SELECT r.target_id, max(r.id) AS id FROM reactions AS r
  WHERE r.user_id = ${user} AND r.target_kind = 'post' AND r.target_id BETWEEN ${lo} AND ${hi}
  GROUP BY r.target_id ORDER BY max(r.id) DESC LIMIT ${sql.lit(limit)}`;

/** A post, found within the months of two ids. */
const postAt = (id: Expression, lo: Expression, hi: Expression) => sql`
  SELECT posts.* FROM posts WHERE posts.id = ${id} AND posts.id BETWEEN ${lo} AND ${hi} LIMIT 1`;

export const followed = defineStatement({
  name: 'recommended_posts.followed',
  params: {
    user: 'bigint',
    lo: 'bigint',
    hi: 'bigint',
    tasteLo: 'bigint',
    tasteHi: 'bigint',
    halfLifeMs: 'double precision',
    limit: 'integer',
  },
  build: (_, { user, lo, hi, tasteLo, tasteHi, halfLifeMs, limit }) => sql<{ id: Id; affinity: number }>`
    WITH affinities AS MATERIALIZED (
      SELECT p.author_id, sum(power(2.0::double precision, -((${hi} - r.id) >> 22)::double precision / ${halfLifeMs}))
        AS affinity
      FROM (${reactedTo(user, tasteLo, tasteHi, TASTE_POSTS)}) AS r
      CROSS JOIN LATERAL (${postAt(sql`r.target_id`, tasteLo, tasteHi)}) AS p
      GROUP BY p.author_id
    )
    SELECT newest.id, coalesce(affinities.affinity, 0) AS affinity
    FROM (${activeFollowees(user)}) AS f
    CROSS JOIN LATERAL (
      SELECT p.id FROM posts AS p
      WHERE p.author_id = f.id AND p.status = 'published' AND p.repost_of_id IS NULL
        AND p.id BETWEEN ${lo} AND ${hi}
      ORDER BY p.id DESC LIMIT ${sql.lit(PER_AUTHOR)}
    ) AS newest
    LEFT JOIN affinities ON affinities.author_id = f.id
    WHERE f.last_post_id >= ${lo}
    ORDER BY newest.id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({
    user: '1',
    lo: oldest,
    hi: newest,
    tasteLo: oldest,
    tasteHi: newest,
    halfLifeMs: 1e9,
    limit: 300,
  }),
});

export const coLiked = defineStatement({
  name: 'recommended_posts.co_liked',
  params: {
    user: 'bigint',
    lo: 'bigint',
    hi: 'bigint',
    tasteLo: 'bigint',
    tasteHi: 'bigint',
    limit: 'integer',
  },
  build: (_, { user, lo, hi, tasteLo, tasteHi, limit }) => sql<{ id: Id; score: number; people: number }>`
    WITH peers AS MATERIALIZED (
      SELECT likers.user_id, sum(1 / ln(2 + p.reaction_count)::double precision) AS weight
      FROM (${reactedTo(user, tasteLo, tasteHi, TASTE_POSTS)}) AS mine
      CROSS JOIN LATERAL (${postAt(sql`mine.target_id`, tasteLo, tasteHi)}) AS p
      CROSS JOIN LATERAL (
        SELECT DISTINCT r.user_id FROM reactions AS r
        WHERE r.target_id = mine.target_id AND r.target_id BETWEEN ${tasteLo} AND ${tasteHi} AND r.user_id <> ${user}
      ) AS likers
      WHERE p.reaction_count <= ${sql.lit(MAX_TASTE_REACTIONS)}
      GROUP BY likers.user_id ORDER BY weight DESC, likers.user_id LIMIT ${sql.lit(PEERS)}
    )
    SELECT liked.target_id AS id, sum(peers.weight) AS score, count(*)::integer AS people
    FROM peers
    CROSS JOIN LATERAL (${reactedTo(sql`peers.user_id`, lo, hi, PER_PERSON)}) AS liked
    CROSS JOIN LATERAL (${postAt(sql`liked.target_id`, lo, hi)}) AS p
    WHERE p.status = 'published' AND p.repost_of_id IS NULL
    GROUP BY liked.target_id ORDER BY score DESC, liked.target_id LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({
    user: '1',
    lo: oldest,
    hi: newest,
    tasteLo: oldest,
    tasteHi: newest,
    limit: 300,
  }),
});

export const proven = defineStatement({
  name: 'recommended_posts.proven',
  params: { user: 'bigint', lo: 'bigint', hi: 'bigint', min: 'integer', limit: 'integer' },
  build: (_, { user, lo, hi, min, limit }) => sql<{ id: Id; people: number; users: string }>`
    WITH acts AS MATERIALIZED (
      SELECT act.about, f.id AS user_id, max(act.id) AS id
      FROM (${activeFollowees(user)}) AS f
      CROSS JOIN LATERAL (
        (SELECT liked.target_id AS about, liked.id FROM (${reactedTo(sql`f.id`, lo, hi, PER_PERSON)}) AS liked)
        UNION ALL
        (SELECT x.original_id, x.post_id FROM reposts AS x
          WHERE x.author_id = f.id AND x.original_id BETWEEN ${lo} AND ${hi}
          ORDER BY x.post_id DESC LIMIT ${sql.lit(PER_PERSON)})
      ) AS act
      GROUP BY act.about, f.id
    )
    SELECT acts.about AS id, count(*)::integer AS people,
      array_to_string((array_agg(acts.user_id ORDER BY acts.id DESC))[1:${sql.lit(NAMED)}], ',') AS users
    FROM acts
    CROSS JOIN LATERAL (${postAt(sql`acts.about`, lo, hi)}) AS p
    WHERE p.status = 'published' AND p.repost_of_id IS NULL
    GROUP BY acts.about HAVING count(*) >= ${min}
    ORDER BY people DESC, acts.about LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ user: '1', lo: oldest, hi: newest, min: 2, limit: 300 }),
});

export const fresh = defineStatement({
  name: 'recommended_posts.fresh',
  params: { lo: 'bigint', hi: 'bigint', limit: 'integer' },
  build: (_, { lo, hi, limit }) => sql<{ id: Id }>`
    SELECT p.id FROM posts AS p
    WHERE p.status = 'published' AND p.visibility = 'public' AND p.repost_of_id IS NULL
      AND p.id BETWEEN ${lo} AND ${hi}
    ORDER BY p.id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ lo: oldest, hi: newest, limit: 200 }),
});

export const signals = defineStatement({
  name: 'recommended_posts.signals',
  params: { ids: 'bigint[]', lo: 'bigint', hi: 'bigint' },
  build: (_, { ids, lo, hi }) => sql<{
    id: Id;
    authorId: Id;
    tags: string | null;
    reactions: number;
    replies: number;
    reposts: number;
    quotes: number;
    bookmarks: number;
    notInterested: number;
    impressions: number;
  }>`
    SELECT p.id, p.author_id AS "authorId",
      (SELECT string_agg(h.tag, ' ' ORDER BY h.tag) FROM post_hashtags AS h WHERE h.post_id = p.id) AS tags,
      p.reaction_count AS reactions, p.comment_count AS replies, p.repost_count AS reposts, p.quote_count AS quotes,
      p.bookmark_count AS bookmarks,
      (SELECT count(*) FROM post_feedback AS f WHERE f.post_id = p.id AND f.kind = 'not_interested')::integer
        AS "notInterested",
      coalesce((
        SELECT sum(t.counts[1]) FROM an_rollup AS t
        WHERE t.author = p.author_id AND t.span = 3 AND t.subject = p.id AND t.start = 0
      ), 0)::double precision AS impressions
    FROM unnest(${ids}) AS wanted (id)
    CROSS JOIN LATERAL (${postAt(sql`wanted.id`, lo, hi)}) AS p`,
  sample: ({ ids, oldest, newest }) => ({ ids, lo: oldest, hi: newest }),
});

export const tastes = defineStatement({
  name: 'recommended_posts.tastes',
  params: { after: 'bigint', limit: 'integer', lo: 'bigint', hi: 'bigint' },
  build: (_, { after, limit, lo, hi }) => sql<{ userId: Id; authors: string | null; tags: string | null }>`
    SELECT a.id AS "userId", t.authors, t.tags
    FROM (SELECT accounts.id FROM accounts WHERE accounts.id > ${after} ORDER BY accounts.id LIMIT ${limit}) AS a
    CROSS JOIN LATERAL (
      SELECT string_agg(DISTINCT p.author_id::text, ',') AS authors, string_agg(DISTINCT h.tag, ' ') AS tags
      FROM (${reactedTo(sql`a.id`, lo, hi, TASTE_POSTS)}) AS r
      CROSS JOIN LATERAL (${postAt(sql`r.target_id`, lo, hi)}) AS p
      LEFT JOIN post_hashtags AS h ON h.post_id = p.id
    ) AS t
    ORDER BY a.id`,
  sample: ({ oldest, newest }) => ({ after: '0', limit: 500, lo: oldest, hi: newest }),
});
