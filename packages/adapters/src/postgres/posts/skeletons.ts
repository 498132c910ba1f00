import {
  type Clock,
  compareIds,
  type Id,
  MAX_ID_STRING,
  type PostEntry,
  type PostListing,
  type PostSkeletonReader,
} from '@socialkit/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.js';
import { collectWindows, topId } from '../id-windows.js';
import { defineStatement } from '../statement.js';

const ENTRY = sql`p.id, p.author_id AS "authorId", p.repost_of_id AS "repostOfId"`;

/** Which posts of a listing are wanted; a plain repost has no attachments of its own. */
const wanted = ({ reposts, mediaOnly }: { readonly [K in 'reposts' | 'mediaOnly']: RawBuilder<boolean> }) =>
  sql`(${reposts} OR p.repost_of_id IS NULL) AND (NOT ${mediaOnly} OR p.has_media)`;

const LISTING = {
  from: 'bigint',
  before: 'bigint',
  limit: 'integer',
  reposts: 'boolean',
  mediaOnly: 'boolean',
} as const;
const sampleListing = (oldest: Id, newest: Id) => ({
  from: oldest,
  before: newest,
  limit: 21,
  reposts: true,
  mediaOnly: false,
});

const byAuthors = defineStatement({
  name: 'posts.by_authors',
  params: { authors: 'bigint[]', ...LISTING },
  // The newest of all are among the newest of each.
  build: (_, { authors, from, before, limit, ...filter }) => sql<PostEntry>`
    SELECT newest.id, newest."authorId", newest."repostOfId"
    FROM unnest(${authors}) AS author (id)
    CROSS JOIN LATERAL (
      SELECT ${ENTRY} FROM posts AS p
      WHERE p.author_id = author.id AND p.status = 'published' AND p.id >= ${from} AND p.id < ${before} AND ${wanted(filter)}
      ORDER BY p.id DESC LIMIT ${limit}
    ) AS newest
    ORDER BY newest.id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ authors: ['1', '2'], ...sampleListing(oldest, newest) }),
});

const recentPublic = defineStatement({
  name: 'posts.recent_public',
  params: LISTING,
  build: (_, { from, before, limit, ...filter }) => sql<PostEntry>`
    SELECT ${ENTRY} FROM posts AS p
    WHERE p.status = 'published' AND p.visibility = 'public' AND p.id >= ${from} AND p.id < ${before} AND ${wanted(filter)}
    ORDER BY p.id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => sampleListing(oldest, newest),
});

const byHashtag = defineStatement({
  name: 'posts.by_hashtag',
  params: { tag: 'text', ...LISTING },
  // The window bounds both sides, so that each lookup knows its partition.
  build: (_, { tag, from, before, limit, ...filter }) => sql<PostEntry>`
    SELECT ${ENTRY}
    FROM post_hashtags AS h
    CROSS JOIN LATERAL (
      SELECT * FROM posts WHERE posts.id = h.post_id AND posts.id >= ${from} AND posts.id < ${before} LIMIT 1
    ) AS p
    WHERE h.tag = ${tag} AND h.post_id >= ${from} AND h.post_id < ${before}
      AND p.status = 'published' AND p.visibility = 'public' AND ${wanted(filter)}
    ORDER BY h.post_id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ tag: 'sample', ...sampleListing(oldest, newest) }),
});

const firstTagged = defineStatement({
  name: 'posts.first_tagged',
  params: { tag: 'text' },
  build: (_, { tag }) =>
    sql<{ id: Id | null }>`SELECT min(post_id)::text AS id FROM post_hashtags WHERE tag = ${tag}`,
  sample: () => ({ tag: 'sample' }),
});

const firstAccount = defineStatement({
  name: 'posts.first_account',
  params: {},
  build: () => sql<{ id: Id | null }>`SELECT min(id)::text AS id FROM accounts`,
  sample: () => ({}),
});

const quotesOf = defineStatement({
  name: 'posts.quotes_of',
  params: { original: 'bigint', from: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { original, from, before, limit }) => sql<PostEntry>`
    SELECT ${ENTRY}
    FROM quotes AS q
    CROSS JOIN LATERAL (
      SELECT * FROM posts WHERE posts.id = q.post_id AND posts.id >= ${from} AND posts.id < ${before} LIMIT 1
    ) AS p
    WHERE q.original_id = ${original} AND q.post_id >= ${from} AND q.post_id < ${before} AND p.status = 'published'
    ORDER BY q.post_id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ original: oldest, from: oldest, before: newest, limit: 21 }),
});

/** Lists published posts: ids only, window by window over the months. */
export function createPostgresPostSkeletons(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): PostSkeletonReader {
  const { db, clock } = deps;
  const start = (after: Id | null): Id => {
    const top = topId(clock.now());
    return after === null || compareIds(after, top) > 0 ? top : after;
  };
  const oldestOf = (ids: readonly Id[]): Id =>
    ids.reduce((oldest, id) => (compareIds(id, oldest) < 0 ? id : oldest), MAX_ID_STRING);
  const listed = (
    since: Id,
    { after, limit, reposts = true, mediaOnly = false }: PostListing,
    read: (listing: {
      from: Id;
      before: Id;
      limit: number;
      reposts: boolean;
      mediaOnly: boolean;
    }) => Promise<readonly PostEntry[]>,
  ) =>
    collectWindows({ before: start(after), since, limit }, (window, rest) =>
      read({ ...window, limit: rest, reposts, mediaOnly }),
    );

  const ofAuthors = async (authors: readonly Id[], listing: PostListing) =>
    authors.length === 0
      ? []
      : listed(oldestOf(authors), listing, (values) => byAuthors.run(db, { authors, ...values }));

  return {
    byAuthor: (authorId, listing) => ofAuthors([authorId], listing),
    byAuthors: ofAuthors,
    async byHashtag(tag, listing) {
      const first = (await firstTagged.first(db, { tag }))?.id ?? null;
      return first === null ? [] : listed(first, listing, (values) => byHashtag.run(db, { tag, ...values }));
    },
    async recentPublic(listing) {
      // Nobody posts before the first account exists.
      const first = (await firstAccount.first(db, {}))?.id ?? null;
      return first === null ? [] : listed(first, listing, (values) => recentPublic.run(db, values));
    },
    quotesOf: (original, { after, limit }) =>
      collectWindows({ before: start(after), since: original, limit }, (window, rest) =>
        quotesOf.run(db, { original, ...window, limit: rest }),
      ),
  };
}
