import type { Id } from '@socialkit/core';
import type { AuthorDelivery, DeliveryStore } from '@socialkit/feed';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

/** Days of page counts that are kept. */
const PAGE_DAYS = 7;

interface AuthorRow {
  readonly authorId: Id;
  readonly mode: 'push' | 'pull';
  readonly since: string;
  readonly activeFollowers: number;
  readonly postsPerDay: number;
  readonly evaluatedAt: string;
}

const AUTHOR = sql`author_id AS "authorId", mode, since, active_followers AS "activeFollowers",
  posts_per_day AS "postsPerDay", evaluated_at AS "evaluatedAt"`;

const asDelivery = (row: AuthorRow): AuthorDelivery => ({
  ...row,
  since: Number(row.since),
  evaluatedAt: Number(row.evaluatedAt),
});

const distrustOf = defineStatement({
  name: 'feed.distrust_of',
  params: {},
  build: () => sql<{ upTo: Id }>`SELECT distrust_up_to AS "upTo" FROM feed_state`,
  sample: () => ({}),
});

const mergedAuthors = defineStatement({
  name: 'feed.merged_authors',
  params: {},
  build: () => sql<AuthorRow>`SELECT ${AUTHOR} FROM feed_authors WHERE since > 0 ORDER BY author_id`,
  sample: () => ({}),
});

const findAuthor = defineStatement({
  name: 'feed.find_author',
  params: { author: 'bigint' },
  build: (_, { author }) => sql<AuthorRow>`SELECT ${AUTHOR} FROM feed_authors WHERE author_id = ${author}`,
  sample: () => ({ author: '1' }),
});

const putAuthor = defineStatement({
  name: 'feed.put_author',
  params: {
    author: 'bigint',
    mode: 'text',
    since: 'bigint',
    active: 'integer',
    posts: 'double precision',
    at: 'bigint',
  },
  build: (_, { author, mode, since, active, posts, at }) => sql`
    INSERT INTO feed_authors (author_id, mode, since, active_followers, posts_per_day, evaluated_at)
    VALUES (${author}, ${mode}, ${since}, ${active}, ${posts}, ${at})
    ON CONFLICT (author_id) DO UPDATE SET
      mode = excluded.mode, since = excluded.since, active_followers = excluded.active_followers,
      posts_per_day = excluded.posts_per_day, evaluated_at = excluded.evaluated_at
    WHERE feed_authors.evaluated_at <= excluded.evaluated_at`,
  sample: () => ({ author: '1', mode: 'pull', since: '1', active: 1, posts: 1, at: '1' }),
});

const forgetAuthors = defineStatement({
  name: 'feed.forget_authors',
  params: { before: 'bigint' },
  build: (_, { before }) =>
    sql`DELETE FROM feed_authors WHERE mode = 'push' AND since > 0 AND since < ${before}`,
  sample: () => ({ before: '1' }),
});

const distrust = defineStatement({
  name: 'feed.distrust',
  params: { upTo: 'bigint' },
  build: (_, { upTo }) => sql`
    INSERT INTO feed_state (distrust_up_to) VALUES (${upTo})
    ON CONFLICT (one) DO UPDATE SET distrust_up_to = excluded.distrust_up_to
    WHERE feed_state.distrust_up_to < excluded.distrust_up_to`,
  sample: () => ({ upTo: '1' }),
});

const progressOf = defineStatement({
  name: 'feed.progress_of',
  params: { post: 'bigint' },
  build: (_, { post }) => sql<{ watermark: Id }>`SELECT watermark FROM feed_progress WHERE post_id = ${post}`,
  sample: () => ({ post: '1' }),
});

const saveProgress = defineStatement({
  name: 'feed.save_progress',
  params: { post: 'bigint', watermark: 'bigint' },
  build: (_, { post, watermark }) => sql`
    INSERT INTO feed_progress (post_id, watermark) VALUES (${post}, ${watermark})
    ON CONFLICT (post_id) DO UPDATE SET watermark = excluded.watermark`,
  sample: () => ({ post: '1', watermark: '1' }),
});

const endProgress = defineStatement({
  name: 'feed.end_progress',
  params: { post: 'bigint' },
  build: (_, { post }) => sql`DELETE FROM feed_progress WHERE post_id = ${post}`,
  sample: () => ({ post: '1' }),
});

const countPages = defineStatement({
  name: 'feed.count_pages',
  params: { day: 'integer', pages: 'bigint' },
  build: (_, { day, pages }) => sql`
    WITH old AS (DELETE FROM feed_pages WHERE day < ${day} - ${sql.lit(PAGE_DAYS)})
    INSERT INTO feed_pages (day, pages) VALUES (${day}, ${pages})
    ON CONFLICT (day) DO UPDATE SET pages = feed_pages.pages + excluded.pages`,
  sample: () => ({ day: 1, pages: '1' }),
});

const pagesOn = defineStatement({
  name: 'feed.pages_on',
  params: { day: 'integer' },
  build: (_, { day }) => sql<{ pages: string }>`SELECT pages FROM feed_pages WHERE day = ${day}`,
  sample: () => ({ day: 1 }),
});

/** Decisions about delivery in PostgreSQL. */
export const createPostgresDeliveries = (db: Kysely<Database>): DeliveryStore => ({
  async snapshot() {
    // Two statements need no common snapshot: either alone is right to act on.
    const [trust, merged] = await Promise.all([distrustOf.first(db, {}), mergedAuthors.run(db, {})]);
    return { distrustUpTo: trust?.upTo ?? '0', merged: merged.map(asDelivery) };
  },
  async find(authorId) {
    const row = await findAuthor.first(db, { author: authorId });
    return row ? asDelivery(row) : null;
  },
  put: async (delivery) =>
    (await putAuthor.affected(db, {
      author: delivery.authorId,
      mode: delivery.mode,
      since: delivery.since,
      active: delivery.activeFollowers,
      posts: delivery.postsPerDay,
      at: delivery.evaluatedAt,
    })) > 0,
  forget: (before) => forgetAuthors.affected(db, { before }),
  async distrust(upTo) {
    await distrust.run(db, { upTo });
  },
  progress: async (postId) => (await progressOf.first(db, { post: postId }))?.watermark ?? null,
  async saveProgress(postId, watermark) {
    if (watermark === null) await endProgress.run(db, { post: postId });
    else await saveProgress.run(db, { post: postId, watermark });
  },
  async countPages(day, pages) {
    await countPages.run(db, { day, pages });
  },
  pagesOn: async (day) => Number((await pagesOn.first(db, { day }))?.pages ?? 0),
});
