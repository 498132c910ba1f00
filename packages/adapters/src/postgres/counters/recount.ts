import {
  type CounterDrift,
  type CounterName,
  type CounterSubject,
  compareIds,
  type Recount,
  type SubjectDeltas,
} from '@socialkit/core';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { idBounds } from '../id-bounds.js';
import { createPostgresLocks } from '../kernel/locks.js';
import { defineStatement } from '../statement.js';
import { applyDeltas } from './apply.js';

interface RecountRow {
  readonly id: string;
  /** Counter names to values; absent is zero. */
  readonly stored: Readonly<Record<string, number>>;
  readonly actual: Readonly<Record<string, number>>;
}

const EXEMPT = 'recounts what has happened to a subject in all its time';

const STORED_KINDS = sql`
  (SELECT coalesce(jsonb_object_agg('reaction:' || key, value), '{}') FROM jsonb_each(s.reaction_counts))
  || jsonb_build_object('reactionCount', s.reaction_count)`;

const ACTUAL_KINDS = sql`
  (SELECT coalesce(jsonb_object_agg('reaction:' || k.kind, k.n), '{}')
      || jsonb_build_object('reactionCount', coalesce(sum(k.n), 0))
   FROM (SELECT r.kind, count(*) AS n FROM reactions AS r WHERE r.target_id = s.id GROUP BY r.kind) AS k)`;

/**
 * Stored and counted values of the rows `s`, in one snapshot.
 *
 * OFFSET 0 keeps the walk down a thread a probe of the index per comment: joined, it would read everything that was
 * commented anywhere in the time of the thread.
 */
const SELECTS: Readonly<Record<CounterSubject, (source: RawBuilder<unknown>) => RawBuilder<RecountRow>>> = {
  account: (source) => sql`
    SELECT s.id::text AS id,
      jsonb_build_object('followerCount', s.follower_count, 'followingCount', s.following_count,
        'friendCount', s.friend_count, 'postCount', s.post_count) AS stored,
      jsonb_build_object(
        'followerCount', (SELECT count(*) FROM follows AS f WHERE f.followee_id = s.id),
        'followingCount', (SELECT count(*) FROM follows AS f WHERE f.follower_id = s.id),
        'friendCount', (SELECT count(*) FROM friendships AS f WHERE f.user_id = s.id),
        'postCount', (SELECT count(*) FROM posts AS p WHERE p.author_id = s.id AND p.status = 'published')
      ) AS actual
    FROM (${source}) AS s`,
  post: (source) => sql`
    SELECT s.id::text AS id,
      jsonb_build_object('commentCount', s.comment_count, 'repostCount', s.repost_count,
        'quoteCount', s.quote_count, 'bookmarkCount', s.bookmark_count) || ${STORED_KINDS} AS stored,
      jsonb_build_object(
        'commentCount', (
          WITH RECURSIVE branch AS (
            SELECT c.id, c.status FROM comments AS c
            WHERE coalesce(c.parent_id, c.post_id) = s.id AND c.id BETWEEN t.first_id AND t.last_id
            UNION ALL
            SELECT c.id, c.status FROM branch CROSS JOIN LATERAL (
              SELECT id, status FROM comments AS x
              WHERE coalesce(x.parent_id, x.post_id) = branch.id AND x.id BETWEEN t.first_id AND t.last_id
              OFFSET 0
            ) AS c
          ) SELECT count(*) FILTER (WHERE status = 'published') FROM branch
        ),
        'repostCount', (SELECT count(*) FROM reposts AS r WHERE r.original_id = s.id),
        'quoteCount', (
          SELECT count(*) FROM quotes AS q CROSS JOIN LATERAL (
            SELECT FROM posts AS p WHERE p.id = q.post_id AND p.status = 'published' LIMIT 1
          ) AS p WHERE q.original_id = s.id
        ),
        'bookmarkCount', (SELECT count(*) FROM bookmarks AS b WHERE b.post_id = s.id)
      ) || ${ACTUAL_KINDS} AS actual
    FROM (${source}) AS s LEFT JOIN comment_threads AS t ON t.post_id = s.id`,
  comment: (source) => sql`
    SELECT s.id::text AS id,
      jsonb_build_object('replyCount', s.reply_count) || ${STORED_KINDS} AS stored,
      jsonb_build_object('replyCount', (
        SELECT count(*) FROM comments AS c
        WHERE coalesce(c.parent_id, c.post_id) = s.id AND c.id BETWEEN t.first_id AND t.last_id
          AND (c.status = 'published' OR c.reply_count > 0)
      )) || ${ACTUAL_KINDS} AS actual
    FROM (${source}) AS s JOIN comment_threads AS t ON t.post_id = s.post_id`,
  hashtag: (source) => sql`
    SELECT s.tag AS id,
      jsonb_build_object('postCount', s.post_count) AS stored,
      jsonb_build_object('postCount', (SELECT count(*) FROM post_hashtags AS p WHERE p.tag = s.tag)) AS actual
    FROM (${source}) AS s`,
};

const defineStretch = (subject: Exclude<CounterSubject, 'hashtag'>, table: string) =>
  defineStatement({
    name: `counters.recount_${subject}`,
    params: { after: 'bigint', limit: 'integer' },
    build: (_, { after, limit }) => sql<RecountRow>`
      ${SELECTS[subject](sql`SELECT * FROM ${sql.table(table)} WHERE id > ${after} ORDER BY id LIMIT ${limit}`)}
      ORDER BY s.id`,
    sample: () => ({ after: '0', limit: 10 }),
    exempt: EXEMPT,
  });

const defineChosen = (subject: Exclude<CounterSubject, 'hashtag'>, table: string) =>
  defineStatement({
    name: `counters.recount_chosen_${subject}`,
    params: { ids: 'bigint[]', lo: 'bigint', hi: 'bigint' },
    build: (_, { ids, lo, hi }) =>
      SELECTS[subject](sql`
        SELECT chosen.* FROM unnest(${ids}) AS wanted (id) CROSS JOIN LATERAL (
          SELECT * FROM ${sql.table(table)} AS x WHERE x.id = wanted.id AND x.id BETWEEN ${lo} AND ${hi} LIMIT 1
        ) AS chosen`),
    sample: ({ ids, oldest, newest }) => ({ ids, lo: oldest, hi: newest }),
    exempt: EXEMPT,
  });

const stretches = {
  account: defineStretch('account', 'accounts'),
  post: defineStretch('post', 'posts'),
  comment: defineStretch('comment', 'comments'),
} as const;
const chosen = {
  account: defineChosen('account', 'accounts'),
  post: defineChosen('post', 'posts'),
  comment: defineChosen('comment', 'comments'),
} as const;

const defineFollowing = (subject: Exclude<CounterSubject, 'hashtag'>, table: string) =>
  defineStatement({
    name: `counters.following_${subject}`,
    params: { after: 'bigint' },
    build: (_, { after }) => sql<{ id: string }>`
      SELECT id FROM ${sql.table(table)} WHERE id > ${after} ORDER BY id LIMIT 1`,
    sample: () => ({ after: '0' }),
    exempt: 'walks over all subjects there are',
  });

const followings = {
  account: defineFollowing('account', 'accounts'),
  post: defineFollowing('post', 'posts'),
  comment: defineFollowing('comment', 'comments'),
} as const;

const followingHashtag = defineStatement({
  name: 'counters.following_hashtag',
  params: { after: 'text' },
  build: (_, { after }) => sql<{ id: string }>`
    SELECT tag AS id FROM hashtags WHERE tag > ${after} ORDER BY tag LIMIT 1`,
  sample: () => ({ after: '' }),
});

/** See `CounterReader.following`. */
export const followingSubject = async (
  db: Kysely<Database>,
  subject: CounterSubject,
  after: string | null,
): Promise<string | null> =>
  (subject === 'hashtag'
    ? await followingHashtag.first(db, { after: after ?? '' })
    : await followings[subject].first(db, { after: after ?? '0' })
  )?.id ?? null;

const hashtagStretch = defineStatement({
  name: 'counters.recount_hashtag',
  params: { after: 'text', limit: 'integer' },
  build: (_, { after, limit }) => sql<RecountRow>`
    ${SELECTS.hashtag(sql`SELECT * FROM hashtags WHERE tag > ${after} ORDER BY tag LIMIT ${limit}`)} ORDER BY s.tag`,
  sample: () => ({ after: '', limit: 10 }),
});

const chosenHashtags = defineStatement({
  name: 'counters.recount_chosen_hashtag',
  params: { tags: 'text[]' },
  build: (_, { tags }) => SELECTS.hashtag(sql`SELECT * FROM hashtags WHERE tag = ANY(${tags})`),
  sample: () => ({ tags: ['sample'] }),
});

const lockHashtags = defineStatement({
  name: 'counters.lock_hashtags',
  params: { tags: 'text[]' },
  build: (_, { tags }) => sql`
    SELECT tag FROM hashtags WHERE tag = ANY(${tags}) ORDER BY tag COLLATE "C" FOR NO KEY UPDATE`,
  sample: () => ({ tags: ['sample'] }),
});

const driftsOf = (subject: CounterSubject, { id, stored, actual }: RecountRow): CounterDrift[] =>
  [...new Set([...Object.keys(stored), ...Object.keys(actual)])].sort().flatMap((counter) => {
    const [was, is] = [stored[counter] ?? 0, actual[counter] ?? 0];
    return was === is ? [] : [{ subject, id, counter: counter as CounterName, stored: was, actual: is }];
  });

/** See `CounterReader.recount`. */
export async function recountStretch(
  db: Kysely<Database>,
  subject: CounterSubject,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<Recount> {
  // One more than asked for tells whether there are more.
  const rows =
    subject === 'hashtag'
      ? await hashtagStretch.run(db, { after: after ?? '', limit: limit + 1 })
      : await stretches[subject].run(db, { after: after ?? '0', limit: limit + 1 });
  const stretch = rows.slice(0, limit);
  return {
    checked: stretch.length,
    drifted: stretch.flatMap((row) => driftsOf(subject, row)),
    next: rows.length > limit ? (stretch.at(-1)?.id ?? null) : null,
  };
}

/** See `CounterReconciler.repair`. */
export async function repairCounters(
  tx: Transaction<Database>,
  subject: CounterSubject,
  ids: readonly string[],
): Promise<readonly CounterDrift[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  let rows: readonly RecountRow[];
  if (subject === 'hashtag') {
    await lockHashtags.run(tx, { tags: wanted });
    rows = await chosenHashtags.run(tx, { tags: wanted });
    rows = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  } else {
    const locks = createPostgresLocks(tx);
    if (subject === 'account') await locks.accounts(wanted);
    else if (subject === 'post') await locks.posts(wanted);
    else await locks.comments(wanted);
    // A statement of its own: it sees everything that was committed while the locks were waited for.
    rows = await chosen[subject].run(tx, { ids: wanted, ...idBounds(wanted) });
    rows = [...rows].sort((a, b) => compareIds(a.id, b.id));
  }
  const drifted = rows.map((row) => driftsOf(subject, row)).filter((drifts) => drifts.length > 0);
  if (drifted.length > 0) {
    const deltas = drifted.map(
      (drifts): SubjectDeltas => ({
        id: drifts[0]?.id ?? '',
        counters: new Map([
          // The sum is repaired by its own drift, not by that of the kinds.
          ['reactionCount', 0],
          ...drifts.map(({ counter, stored, actual }) => [counter, actual - stored] as const),
        ]),
      }),
    );
    await applyDeltas(tx, subject, deltas);
  }
  return drifted.flat();
}
