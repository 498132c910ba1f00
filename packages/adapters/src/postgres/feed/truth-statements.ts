import type { Id } from '@socialkit/core';
import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from '../statement.js';

/** Newest published ids of one author between two ids, inclusive; `author` is an expression. @param also a condition on `p` */
const newestOf = (
  author: RawBuilder<unknown>,
  { lo, hi, limit }: { readonly [K in 'lo' | 'hi' | 'limit']: RawBuilder<unknown> },
  also: RawBuilder<unknown> = sql``,
) => sql`
  SELECT p.id FROM posts AS p
  WHERE p.author_id = ${author} AND p.status = 'published' AND p.id BETWEEN ${lo} AND ${hi} ${also}
  ORDER BY p.id DESC LIMIT ${limit}`;

/**
 * The newest posts of a home. They can only come from the accounts with the newest last posts: the `limit`-th newest last
 * post is a bound below which nothing has to be looked at. Accounts whose last post lies above `hi` say nothing about the
 * bound, and are all looked at. OFFSET 0 keeps accounts a probe each: a join may read all there are.
 */
export const homeExact = defineStatement({
  name: 'feed.home_exact',
  params: { user: 'bigint', lo: 'bigint', hi: 'bigint', limit: 'integer', bounded: 'boolean' },
  build: (_, { user, lo, hi, limit, bounded }) => sql<{ ids: string | null; cut: boolean }>`
    WITH writers AS MATERIALIZED (
      SELECT w.id, a.last
      FROM (SELECT f.followee_id AS id FROM follows AS f WHERE f.follower_id = ${user} UNION ALL SELECT ${user}) AS w
      CROSS JOIN LATERAL (
        SELECT accounts.last_post_id AS last FROM accounts
        WHERE accounts.id = w.id AND accounts.last_post_id >= ${lo} OFFSET 0
      ) AS a
    ), bound AS MATERIALIZED (
      SELECT coalesce((
        SELECT writers.last FROM writers WHERE ${bounded} AND writers.last <= ${hi}
        ORDER BY writers.last DESC OFFSET ${limit} - 1 LIMIT 1
      ), ${lo}) AS id
    )
    SELECT string_agg(home.id::text, ',' ORDER BY home.id DESC) AS ids,
      (SELECT bound.id > ${lo} FROM bound) AS cut
    FROM (
      SELECT newest.id
      FROM writers CROSS JOIN LATERAL (
        ${newestOf(sql`writers.id`, { lo, hi, limit }, sql`AND p.id >= (SELECT bound.id FROM bound)`)}
      ) AS newest
      WHERE writers.last >= (SELECT bound.id FROM bound)
      ORDER BY newest.id DESC LIMIT ${limit}
    ) AS home`,
  sample: ({ oldest, newest }) => ({ user: '1', lo: oldest, hi: newest, limit: 20, bounded: true }),
});

/**
 * The same for readers whose followees write a large share of what is written: newest posts first, whoever wrote them, until
 * there are enough. The followees are read once, as a set.
 */
export const homeScan = defineStatement({
  name: 'feed.home_scan',
  params: { user: 'bigint', lo: 'bigint', hi: 'bigint', limit: 'integer', scanned: 'integer' },
  build: (_, { user, lo, hi, limit, scanned }) => sql<{ ids: string | null }>`
    SELECT string_agg(home.id::text, ',' ORDER BY home.id DESC) AS ids
    FROM (
      SELECT recent.id
      FROM (
        SELECT p.id, p.author_id FROM posts AS p
        WHERE p.status = 'published' AND p.id BETWEEN ${lo} AND ${hi}
        ORDER BY p.id DESC LIMIT ${scanned}
      ) AS recent
      WHERE recent.author_id = ${user}
        OR recent.author_id IN (SELECT f.followee_id FROM follows AS f WHERE f.follower_id = ${user})
      ORDER BY recent.id DESC LIMIT ${limit}
    ) AS home`,
  sample: ({ oldest, newest }) => ({ user: '1', lo: oldest, hi: newest, limit: 20, scanned: 100 }),
});

/** What the choice between the two rests on. */
export const readerSize = defineStatement({
  name: 'feed.reader_size',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ following: number; accounts: number }>`
    SELECT a.following_count AS following,
      (SELECT c.reltuples::integer FROM pg_class AS c WHERE c.oid = 'accounts'::regclass) AS accounts
    FROM accounts AS a WHERE a.id = ${user}`,
  sample: () => ({ user: '1' }),
});

/** What every page of a reader needs to know about him, for several readers at once, in their order. */
export const readerStates = defineStatement({
  name: 'feed.reader_states',
  params: {
    users: 'bigint[]',
    his: 'bigint[]',
    limits: 'integer[]',
    nows: 'bigint[]',
    lo: 'bigint',
    hi: 'bigint',
  },
  build: (_, { users, his, limits, nows, lo, hi }) => sql<{
    own: string | null;
    words: readonly string[] | null;
    threads: boolean;
    tags: readonly string[] | null;
  }>`
    SELECT
      (SELECT string_agg(own.id::text, ',' ORDER BY own.id DESC) FROM (
        SELECT p.id FROM posts AS p
        WHERE p.author_id = r.user_id AND p.status = 'published'
          AND p.id BETWEEN ${lo} AND ${hi} AND p.id <= r.hi
        ORDER BY p.id DESC LIMIT r.most
      ) AS own) AS own,
      (SELECT json_agg(w.word ORDER BY w.word) FROM muted_words AS w
        WHERE w.user_id = r.user_id AND (w.expires_at IS NULL OR w.expires_at > r.now)) AS words,
      EXISTS (SELECT FROM muted_threads AS t
        WHERE t.user_id = r.user_id AND (t.expires_at IS NULL OR t.expires_at > r.now)) AS threads,
      (SELECT json_agg(h.tag ORDER BY h.tag) FROM followed_hashtags AS h WHERE h.user_id = r.user_id) AS tags
    FROM unnest(${users}, ${his}, ${limits}, ${nows}) WITH ORDINALITY AS r (user_id, hi, most, now, n)
    ORDER BY r.n`,
  sample: ({ oldest, newest, now }) => ({
    users: ['1', '2'],
    his: [newest, newest],
    limits: [20, 20],
    nows: [now, now],
    lo: oldest,
    hi: newest,
  }),
});

/** Newest published ids of each author, `limit` each. */
export const outboxes = defineStatement({
  name: 'feed.outboxes',
  params: { authors: 'bigint[]', lo: 'bigint', hi: 'bigint', limit: 'integer' },
  build: (_, { authors, lo, hi, limit }) => sql<{ authorId: Id; ids: string }>`
    SELECT author.id AS "authorId", string_agg(newest.id::text, ',' ORDER BY newest.id DESC) AS ids
    FROM unnest(${authors}) AS author (id)
    CROSS JOIN LATERAL (${newestOf(sql`author.id`, { lo, hi, limit })}) AS newest
    GROUP BY author.id`,
  sample: ({ oldest, newest }) => ({ authors: ['1', '2'], lo: oldest, hi: newest, limit: 100 }),
});

/** Newest ids of public posts with each hashtag, `limit` each. */
export const tagged = defineStatement({
  name: 'feed.tagged',
  params: { tags: 'text[]', before: 'bigint', limit: 'integer' },
  build: (_, { tags, before, limit }) => sql<{ tag: string; ids: string }>`
    SELECT wanted.tag, string_agg(newest.post_id::text, ',' ORDER BY newest.post_id DESC) AS ids
    FROM unnest(${tags}) AS wanted (tag)
    CROSS JOIN LATERAL (
      SELECT h.post_id FROM post_hashtags AS h
      WHERE h.tag = wanted.tag AND h.post_id <= ${before}
      ORDER BY h.post_id DESC LIMIT ${limit}
    ) AS newest
    GROUP BY wanted.tag`,
  sample: ({ newest }) => ({ tags: ['a', 'b'], before: newest, limit: 20 }),
});

export const followedAmong = defineStatement({
  name: 'feed.followed_among',
  params: { user: 'bigint', authors: 'bigint[]' },
  build: (_, { user, authors }) => sql<{ authorId: Id }>`
    SELECT f.followee_id AS "authorId" FROM unnest(${authors}) AS author (id)
    JOIN follows AS f ON f.follower_id = ${user} AND f.followee_id = author.id`,
  sample: ({ ids }) => ({ user: '1', authors: ids }),
});

export const countSince = defineStatement({
  name: 'feed.count_since',
  params: { author: 'bigint', lo: 'bigint', hi: 'bigint' },
  build: (_, { author, lo, hi }) => sql<{ posts: number }>`
    SELECT count(*)::integer AS posts FROM posts AS p
    WHERE p.author_id = ${author} AND p.status = 'published' AND p.id BETWEEN ${lo} AND ${hi}`,
  sample: ({ oldest, newest }) => ({ author: '1', lo: oldest, hi: newest }),
});
