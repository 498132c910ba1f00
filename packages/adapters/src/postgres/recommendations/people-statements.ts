import type { Id } from '@socialkit/core';
import type { Evidence } from '@socialkit/feed';
import { type Expression, type RawBuilder, sql } from 'kysely';
import {
  recommendedAccount,
  surfaceProbes,
  visibleAccount,
  visibleConnections,
} from '../access/policy-sql.js';
import { defineStatement } from '../statement.js';

type Part = Expression<unknown>;

/** A go-between `a` of the viewer: its followees may be seen, and it is not muted. */
const goesBetween = (viewer: Part, now: Part): RawBuilder<boolean> =>
  sql`${visibleConnections({ account: 'a', viewer })} AND NOT (${surfaceProbes(sql.ref('a.id'), viewer, now).muted})`;

/** An account `a` that may be suggested to the viewer. */
const suggestable = (viewer: Part, now: Part): RawBuilder<boolean> =>
  sql`a.id <> ${viewer} AND ${visibleAccount({ account: 'a', viewer })}
    AND ${recommendedAccount({ account: 'a', viewer, now })}
    AND NOT coalesce((SELECT true FROM follows AS f WHERE f.follower_id = ${viewer} AND f.followee_id = a.id LIMIT 1), false)`;

export const mark = defineStatement({
  name: 'people.mark',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ readonly following: number; readonly newest: string | null }>`
    SELECT coalesce((SELECT a.following_count FROM accounts AS a WHERE a.id = ${user}), 0) AS following,
      (SELECT f.id FROM follows AS f WHERE f.follower_id = ${user} ORDER BY f.id DESC LIMIT 1) AS newest`,
  sample: () => ({ user: '1' }),
});

/** The accounts nearest to a user by the cosine of their followees: `mine` must be there, with the columns id and own. */
const nearest = (
  of: Part,
  viewer: Part,
  now: Part,
  limits: { readonly coFollowers: Part; readonly nearest: Part },
) => sql`
  SELECT s.id, s.followees, s.both / sqrt(s.own::double precision * s.followees) AS similarity
  FROM (
    SELECT c.id, c.both::double precision AS both, greatest(1, a.following_count) AS followees,
      greatest(1, (SELECT count(*) FROM mine)) AS own
    FROM (
      SELECT r.follower_id AS id, count(*) AS both
      FROM mine AS m
      CROSS JOIN LATERAL (
        SELECT f.follower_id FROM follows AS f WHERE f.followee_id = m.id ORDER BY f.id DESC LIMIT ${limits.coFollowers}
      ) AS r
      WHERE r.follower_id <> ${of}
      GROUP BY r.follower_id
    ) AS c
    JOIN accounts AS a ON a.id = c.id
    WHERE ${goesBetween(viewer, now)}
  ) AS s
  ORDER BY similarity DESC, s.id LIMIT ${limits.nearest}`;

const mine = (of: Part, viewer: Part, now: Part, limit: Part) => sql`
  SELECT a.id, a.following_count AS followees
  FROM (
    SELECT f.followee_id FROM follows AS f WHERE f.follower_id = ${of} ORDER BY f.id DESC LIMIT ${limit}
  ) AS f
  JOIN accounts AS a ON a.id = f.followee_id
  WHERE ${goesBetween(viewer, now)}`;

/** Bits of a number that stand for one of the like-minded each. */
export const VIA_BITS = 62;

/** One person; the first row also carries the like-minded. */
interface PersonRow {
  readonly id: Id;
  readonly adamicAdar: number;
  readonly similar: number;
  readonly followsYou: boolean;
  readonly low: string;
  readonly high: string;
}

export const neighbourhood = defineStatement({
  name: 'people.neighbourhood',
  params: {
    user: 'bigint',
    now: 'bigint',
    own: 'integer',
    hub: 'integer',
    sampled: 'integer',
    coFollowers: 'integer',
    nearest: 'integer',
    most: 'integer',
  },
  build: (_, { user, now, own, hub, sampled, coFollowers, nearest: like, most }) => sql<
    PersonRow & { readonly near: string | null }
  >`
    WITH mine AS MATERIALIZED (${mine(user, user, now, own)}),
    near AS MATERIALIZED (
      SELECT n.*, (row_number() OVER (ORDER BY n.similarity DESC, n.id))::integer - 1 AS place
      FROM (${nearest(user, user, now, { coFollowers, nearest: like })}) AS n
    ),
    paths AS (
      SELECT s.followee_id AS id, sum(1 / ln(2 + m.followees)) AS score
      FROM mine AS m
      CROSS JOIN LATERAL (
        SELECT f.followee_id FROM follows AS f WHERE f.follower_id = m.id
        ORDER BY f.id DESC LIMIT CASE WHEN m.followees > ${hub} THEN ${sampled} ELSE ${hub} END
      ) AS s
      GROUP BY s.followee_id
    ),
    alike AS (
      SELECT s.followee_id AS id, sum(n.similarity) AS score,
        bit_or(CASE WHEN n.place < 62 THEN 1::bigint << n.place ELSE 0 END) AS low,
        bit_or(CASE WHEN n.place >= 62 THEN 1::bigint << (n.place - 62) ELSE 0 END) AS high
      FROM near AS n
      CROSS JOIN LATERAL (
        SELECT f.followee_id FROM follows AS f WHERE f.follower_id = n.id ORDER BY f.id DESC LIMIT ${hub}
      ) AS s
      GROUP BY s.followee_id
    ),
    best_paths AS (
      SELECT p.id, p.score FROM (
        SELECT p.id, p.score FROM paths AS p
        WHERE NOT EXISTS (SELECT FROM follows AS f WHERE f.follower_id = ${user} AND f.followee_id = p.id)
        ORDER BY p.score DESC, p.id LIMIT ${most} * 2
      ) AS p
      JOIN accounts AS a ON a.id = p.id WHERE ${suggestable(user, now)}
      ORDER BY p.score DESC, p.id LIMIT ${most}
    ),
    best_alike AS (
      SELECT p.* FROM (
        SELECT p.* FROM alike AS p
        WHERE NOT EXISTS (SELECT FROM follows AS f WHERE f.follower_id = ${user} AND f.followee_id = p.id)
        ORDER BY p.score DESC, p.id LIMIT ${most} * 2
      ) AS p
      JOIN accounts AS a ON a.id = p.id WHERE ${suggestable(user, now)}
      ORDER BY p.score DESC, p.id LIMIT ${most}
    ),
    fans AS (
      SELECT a.id FROM (
        SELECT f.follower_id, f.id FROM follows AS f WHERE f.followee_id = ${user}
          AND NOT EXISTS (SELECT FROM follows AS b WHERE b.follower_id = ${user} AND b.followee_id = f.follower_id)
        ORDER BY f.id DESC LIMIT ${most} * 2
      ) AS f
      JOIN accounts AS a ON a.id = f.follower_id WHERE ${suggestable(user, now)}
      ORDER BY f.id DESC LIMIT ${most}
    ),
    everybody AS (
      SELECT id FROM best_paths UNION SELECT id FROM best_alike UNION SELECT id FROM fans
    )
    SELECT e.id, coalesce(p.score, 0)::double precision AS "adamicAdar",
      coalesce(k.score, 0)::double precision AS similar, coalesce(k.low, 0) AS low, coalesce(k.high, 0) AS high,
      coalesce((
        SELECT true FROM follows AS f WHERE f.follower_id = e.id AND f.followee_id = ${user} LIMIT 1
      ), false) AS "followsYou",
      CASE WHEN row_number() OVER (ORDER BY e.id) = 1
        THEN (SELECT string_agg(n.id::text, ',' ORDER BY n.place) FROM near AS n) END AS near
    FROM everybody AS e
    LEFT JOIN best_paths AS p ON p.id = e.id
    LEFT JOIN best_alike AS k ON k.id = e.id
    ORDER BY e.id`,
  sample: ({ now }) => ({
    user: '1',
    now,
    own: 2000,
    hub: 1000,
    sampled: 200,
    coFollowers: 2500,
    nearest: 100,
    most: 300,
  }),
});

export const standing = defineStatement({
  name: 'people.standing',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ readonly followers: number; readonly mutual: number }>`
    SELECT a.follower_count AS followers, (
      SELECT count(*)::integer FROM follows AS f
      WHERE f.follower_id = ${user} AND coalesce((
        SELECT true FROM follows AS b WHERE b.follower_id = f.followee_id AND b.followee_id = ${user} LIMIT 1
      ), false)
    ) AS mutual
    FROM accounts AS a WHERE a.id = ${user}`,
  sample: () => ({ user: '1' }),
});

export const alike = defineStatement({
  name: 'people.alike',
  params: {
    user: 'bigint',
    viewer: 'bigint',
    now: 'bigint',
    own: 'integer',
    coFollowers: 'integer',
    limit: 'integer',
  },
  build: (_, { user, viewer, now, own, coFollowers, limit }) => sql<{
    readonly id: Id;
    readonly similarity: number;
  }>`
    WITH mine AS MATERIALIZED (${mine(user, viewer, now, own)})
    SELECT n.id, n.similarity FROM (${nearest(user, viewer, now, { coFollowers, nearest: limit })}) AS n
    WHERE n.id <> ${viewer} ORDER BY n.similarity DESC, n.id`,
  sample: ({ now }) => ({ user: '1', viewer: '2', now, own: 2000, coFollowers: 2500, limit: 20 }),
});

export const popular = defineStatement({
  name: 'people.popular',
  params: { limit: 'integer', now: 'bigint' },
  build: (_, { limit, now }) => sql<{ readonly id: Id; readonly followers: number }>`
    SELECT a.id, a.follower_count AS followers FROM accounts AS a
    WHERE a.follower_count > 0 AND ${visibleAccount({ account: 'a', viewer: sql`0::bigint` })}
      AND ${recommendedAccount({ account: 'a', viewer: sql`0::bigint`, now })}
    ORDER BY a.follower_count DESC, a.id LIMIT ${limit}`,
  sample: ({ now }) => ({ limit: 300, now }),
});

/** The place an account says openly it is at; the index over it says the same words. */
const openPlace = (account: string) =>
  sql`CASE WHEN ${sql.ref(`${account}.field_visibility`)} ->> 'location' = 'public' AND NOT ${sql.ref(`${account}.is_private`)}
    THEN lower(btrim(${sql.ref(`${account}.location`)})) END`;

export const near = defineStatement({
  name: 'people.near',
  params: { user: 'bigint', limit: 'integer', now: 'bigint' },
  build: (_, { user, limit, now }) => sql<{ readonly id: Id }>`
    SELECT a.id FROM accounts AS me JOIN accounts AS a ON ${openPlace('a')} = ${openPlace('me')}
    WHERE me.id = ${user} AND a.location IS NOT NULL AND ${openPlace('me')} <> '' AND ${suggestable(user, now)}
    ORDER BY a.id LIMIT ${limit}`,
  sample: ({ now }) => ({ user: '1', limit: 300, now }),
});

export const interesting = defineStatement({
  name: 'people.interesting',
  params: { user: 'bigint', lo: 'bigint', hi: 'bigint', recent: 'integer', limit: 'integer', now: 'bigint' },
  build: (_, { user, lo, hi, recent, limit, now }) => sql<{
    readonly id: Id;
    readonly posts: number;
    readonly tag: string;
  }>`
    WITH written AS (
      SELECT p.author_id AS id, h.tag, count(*)::integer AS posts
      FROM followed_hashtags AS h
      CROSS JOIN LATERAL (
        SELECT t.post_id FROM post_hashtags AS t
        WHERE t.tag = h.tag AND t.post_id BETWEEN ${lo} AND ${hi}
        ORDER BY t.post_id DESC LIMIT ${recent}
      ) AS t
      CROSS JOIN LATERAL (
        SELECT x.author_id FROM posts AS x
        WHERE x.id = t.post_id AND x.id BETWEEN ${lo} AND ${hi} AND x.status = 'published' AND x.visibility = 'public'
      ) AS p
      WHERE h.user_id = ${user}
      GROUP BY p.author_id, h.tag
    )
    SELECT w.id, sum(w.posts)::integer AS posts,
      (array_agg(w.tag ORDER BY w.posts DESC, w.tag COLLATE "C"))[1] AS tag
    FROM written AS w JOIN accounts AS a ON a.id = w.id
    WHERE NOT a.is_private AND ${suggestable(user, now)}
    GROUP BY w.id ORDER BY posts DESC, w.id LIMIT ${limit}`,
  sample: ({ oldest, newest, now }) => ({ user: '1', lo: oldest, hi: newest, recent: 200, limit: 300, now }),
});

export const evidence = defineStatement({
  name: 'people.evidence',
  params: {
    user: 'bigint',
    now: 'bigint',
    ids: 'bigint[]',
    viaOf: 'bigint[]',
    via: 'bigint[]',
    own: 'integer',
  },
  build: (_, { user, now, ids, viaOf, via, own }) => sql<
    Omit<Evidence, 'followedBy'> & { readonly id: Id; readonly followedBy: string | null }
  >`
    WITH mine AS MATERIALIZED (
      SELECT a.id, f.id AS edge FROM (
        SELECT f.followee_id, f.id FROM follows AS f WHERE f.follower_id = ${user} ORDER BY f.id DESC LIMIT ${own}
      ) AS f
      JOIN accounts AS a ON a.id = f.followee_id
      WHERE ${goesBetween(user, now)}
    ),
    between AS (
      SELECT f.followee_id AS id, m.id AS via, row_number() OVER (PARTITION BY f.followee_id ORDER BY m.edge DESC) AS n
      FROM mine AS m JOIN follows AS f ON f.follower_id = m.id AND f.followee_id = ANY(${ids})
    ),
    named AS (
      SELECT b.id, string_agg(b.via::text, ',' ORDER BY b.n) FILTER (WHERE b.n <= 3) AS followed_by,
        least(count(*), 100)::integer AS count
      FROM between AS b GROUP BY b.id
    ),
    like_minded AS (
      SELECT v.id, count(*)::integer AS count
      FROM unnest(${viaOf}, ${via}) AS v (id, via)
      JOIN follows AS f ON f.follower_id = v.via AND f.followee_id = v.id
      JOIN accounts AS a ON a.id = v.via
      WHERE ${goesBetween(user, now)}
      GROUP BY v.id
    )
    SELECT c.id, n.followed_by AS "followedBy", coalesce(n.count, 0) AS "followedByCount",
      coalesce((
        SELECT true FROM follows AS f WHERE f.follower_id = c.id AND f.followee_id = ${user} LIMIT 1
      ), false) AS "followsYou",
      coalesce(l.count, 0) AS "similarCount", c.follower_count AS followers, c.is_private AS "isPrivate",
      (SELECT btrim(c.location) FROM accounts AS me
        WHERE me.id = ${user} AND ${openPlace('me')} = ${openPlace('c')} AND ${openPlace('c')} <> '') AS place
    FROM accounts AS c
    LEFT JOIN named AS n ON n.id = c.id
    LEFT JOIN like_minded AS l ON l.id = c.id
    WHERE c.id = ANY(${ids})`,
  sample: ({ ids, now }) => ({ user: '1', now, ids, viaOf: ids, via: ids, own: 200 }),
});

export const reciprocity = defineStatement({
  name: 'people.reciprocity',
  params: { sampled: 'integer' },
  build: (_, { sampled }) => sql<{ readonly share: number | null }>`
    SELECT avg(CASE WHEN coalesce((
        SELECT true FROM follows AS b WHERE b.follower_id = s.followee_id AND b.followee_id = s.follower_id LIMIT 1
      ), false) THEN 1 ELSE 0 END)::double precision AS share
    FROM (SELECT f.follower_id, f.followee_id FROM follows AS f LIMIT ${sampled}) AS s`,
  sample: () => ({ sampled: 20_000 }),
});

export const exportAccounts = defineStatement({
  name: 'people.export_accounts',
  params: { after: 'bigint', limit: 'integer' },
  build: (_, { after, limit }) => sql<{
    readonly id: Id;
    readonly state: string;
    readonly discoverable: boolean;
    readonly isPrivate: boolean;
  }>`
    SELECT a.id, a.state, a.discoverable, a.is_private AS "isPrivate" FROM accounts AS a
    WHERE a.id > ${after} ORDER BY a.id LIMIT ${limit}`,
  sample: () => ({ after: '0', limit: 5000 }),
});

export const exportFollowees = defineStatement({
  name: 'people.export_followees',
  params: { after: 'bigint', limit: 'integer', own: 'integer' },
  build: (_, { after, limit, own }) => sql<{
    readonly id: Id;
    readonly followees: string;
    readonly mark: string;
  }>`
    SELECT a.id, f.followees, a.following_count || ':' || f.newest AS mark FROM (
      SELECT a.id, a.following_count FROM accounts AS a WHERE a.id > ${after} AND a.following_count > 0 ORDER BY a.id LIMIT ${limit}
    ) AS a
    CROSS JOIN LATERAL (
      SELECT string_agg(x.followee_id::text, ',' ORDER BY x.id DESC) AS followees, max(x.id) AS newest FROM (
        SELECT f.followee_id, f.id FROM follows AS f WHERE f.follower_id = a.id ORDER BY f.id DESC LIMIT ${own}
      ) AS x
    ) AS f
    ORDER BY a.id`,
  sample: () => ({ after: '0', limit: 1000, own: 2000 }),
});

export const exportLimits = defineStatement({
  name: 'people.export_limits',
  params: { after: 'bigint', limit: 'integer', now: 'bigint' },
  build: (_, { after, limit, now }) => sql<{
    readonly id: Id;
    readonly blocked: string | null;
    readonly muted: string | null;
  }>`
    SELECT u.id,
      (SELECT string_agg(b.blocked_id::text, ',') FROM blocks AS b WHERE b.blocker_id = u.id) AS blocked,
      (SELECT string_agg(m.muted_id::text, ',') FROM mutes AS m
        WHERE m.muter_id = u.id AND m.scope = 'all' AND (m.expires_at IS NULL OR m.expires_at > ${now})) AS muted
    FROM (
      SELECT b.blocker_id AS id FROM blocks AS b WHERE b.blocker_id > ${after}
      UNION SELECT m.muter_id FROM mutes AS m WHERE m.muter_id > ${after}
      ORDER BY id LIMIT ${limit}
    ) AS u ORDER BY u.id`,
  sample: ({ now }) => ({ after: '0', limit: 1000, now }),
});
