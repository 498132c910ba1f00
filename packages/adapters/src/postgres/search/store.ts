import {
  type AccountHit,
  type Clock,
  compareIds,
  type HashtagHit,
  type Id,
  type PostHit,
  type SearchReader,
} from '@socialkit/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import {
  relationProbes,
  viewerParameter,
  visibleAccount,
  visiblePostGivenOriginal,
} from '../access/policy-sql.js';
import type { Database } from '../database.js';
import { collectWindows, topId } from '../id-windows.js';
import { defineStatement } from '../statement.js';

const ACCOUNT_PAGE = {
  viewer: 'bigint',
  afterRank: 'integer',
  afterMagnitude: 'integer',
  afterId: 'bigint',
  limit: 'integer',
} as const;
const sampleAccountPage = { viewer: '1', afterRank: -1, afterMagnitude: 99, afterId: '0', limit: 21 };

const NAMES = sql`socialkit_search_grams(a.handle || ' ' || a.display_name)`;
const follows = (viewer: Parameters<typeof relationProbes>[1]) =>
  relationProbes(sql.ref('a.id'), viewer).follows;
/** Words of handle and name, two spaces before each: computed once a row, or every test of it would compute it again. */
const padded = sql`LATERAL (
  SELECT '  ' || replace(socialkit_search_key(a.handle || ' ' || a.display_name), ' ', '  ') AS words OFFSET 0) AS name`;
/** Words that begin no word of the handle and name. */
const missing = (words: RawBuilder<string[]>) =>
  sql`SELECT FROM unnest(${words}) AS w (word) WHERE strpos(name.words, '  ' || w.word) = 0`;

const begins = defineStatement({
  name: 'search.accounts_begin',
  params: { ...ACCOUNT_PAGE, handle: 'text', words: 'text[]', grams: 'text[]' },
  build: (_, { viewer, handle, words, grams, afterRank, afterMagnitude, afterId, limit }) => sql<AccountHit>`
    SELECT hit.id, hit.rank, hit.magnitude FROM (
      SELECT a.id, length(a.follower_count::text) AS magnitude,
        CASE WHEN a.handle = ${handle} THEN 0 WHEN ${follows(viewer)} THEN 1
             WHEN starts_with(a.handle, ${handle}) THEN 2 ELSE 3 END AS rank
      FROM accounts AS a CROSS JOIN ${padded}
      WHERE ${NAMES} @> ${grams} AND NOT EXISTS (${missing(words)})
        AND ${visibleAccount({ account: 'a', viewer })}
    ) AS hit
    WHERE (hit.rank, -hit.magnitude, hit.id) > (${afterRank}, -${afterMagnitude}, ${afterId})
    ORDER BY hit.rank, hit.magnitude DESC, hit.id LIMIT ${limit}`,
  sample: () => ({ ...sampleAccountPage, handle: 'ann', words: ['ann'], grams: ['  a', ' an', 'ann'] }),
});

const alike = defineStatement({
  name: 'search.accounts_alike',
  params: { ...ACCOUNT_PAGE, words: 'text[]', grams: 'text[]', anyOf: 'text[]', shared: 'integer' },
  build: (
    _,
    { viewer, words, grams, anyOf, shared, afterRank, afterMagnitude, afterId, limit },
  ) => sql<AccountHit>`
    SELECT hit.id, hit.rank, hit.magnitude FROM (
      SELECT a.id, length(a.follower_count::text) AS magnitude,
        CASE WHEN ${follows(viewer)} THEN 4 ELSE 5 END AS rank
      FROM accounts AS a CROSS JOIN ${padded}
      WHERE ${NAMES} && ${anyOf}
        AND (SELECT count(*) FROM unnest(${grams}) AS g (gram) WHERE strpos(name.words, g.gram) > 0) >= ${shared}
        AND EXISTS (${missing(words)})
        AND ${visibleAccount({ account: 'a', viewer })}
    ) AS hit
    WHERE (hit.rank, -hit.magnitude, hit.id) > (${afterRank}, -${afterMagnitude}, ${afterId})
    ORDER BY hit.rank, hit.magnitude DESC, hit.id LIMIT ${limit}`,
  sample: () => ({
    ...sampleAccountPage,
    words: ['ann'],
    grams: ['  a', ' an', 'ann'],
    anyOf: ['ann', ' an'],
    shared: 2,
  }),
});

const hashtags = defineStatement({
  name: 'search.hashtags',
  params: {
    prefix: 'text',
    end: 'text',
    afterPlace: 'integer',
    afterMagnitude: 'integer',
    afterTag: 'text',
    limit: 'integer',
  },
  build: (_, { prefix, end, afterPlace, afterMagnitude, afterTag, limit }) => sql<HashtagHit>`
    SELECT hit.tag, hit.place = 0 AS exact, hit.magnitude FROM (
      SELECT h.tag, CASE WHEN h.tag = ${prefix} THEN 0 ELSE 1 END AS place, length(h.post_count::text) AS magnitude
      FROM hashtags AS h
      WHERE h.post_count > 0 AND h.tag COLLATE "C" >= ${prefix} AND h.tag COLLATE "C" < ${end}
    ) AS hit
    WHERE hit.place > ${afterPlace} OR (hit.place = ${afterPlace} AND (hit.magnitude < ${afterMagnitude}
      OR (hit.magnitude = ${afterMagnitude} AND hit.tag COLLATE "C" > ${afterTag})))
    ORDER BY hit.place, hit.magnitude DESC, hit.tag COLLATE "C" LIMIT ${limit}`,
  sample: () => ({ prefix: 'te', end: 'tf', afterPlace: -1, afterMagnitude: 0, afterTag: '', limit: 21 }),
});

const posts = defineStatement({
  name: 'search.posts',
  params: {
    viewer: 'bigint',
    words: 'text',
    from: 'bigint',
    before: 'bigint',
    now: 'bigint',
    limit: 'integer',
  },
  build: (_, { viewer, words, from, before, now, limit }) => {
    const config = sql`socialkit_text_config(p.language)`;
    const said = sql`to_tsvector(${config}, socialkit_search_key(p.text))`;
    // The index answers first, whole: walking down from the newest post looks cheaper to the planner and reads every text
    // where a word is rare. The rest is asked of each hit in turn until the page is full.
    return sql<PostHit>`
      WITH found AS MATERIALIZED (
        SELECT p.id FROM posts AS p
        WHERE p.status = 'published' AND p.repost_of_id IS NULL AND p.id >= ${from} AND p.id < ${before}
          AND ${said} @@ (SELECT socialkit_any_form(${words}))
      )
      SELECT hit.id
      FROM (SELECT id FROM found ORDER BY id DESC) AS hit
      CROSS JOIN LATERAL (
        SELECT * FROM posts WHERE posts.id = hit.id AND posts.id >= ${from} AND posts.id < ${before} LIMIT 1
      ) AS p
      CROSS JOIN LATERAL (SELECT * FROM accounts WHERE accounts.id = p.author_id LIMIT 1) AS a
      WHERE ${said} @@ plainto_tsquery(${config}, ${words})
        AND ${visiblePostGivenOriginal({ post: 'p', author: 'a', viewer, now })}
      ORDER BY hit.id DESC LIMIT ${limit}`;
  },
  sample: ({ oldest, newest, now }) => ({
    viewer: '1',
    words: 'tea rain',
    from: oldest,
    before: newest,
    now,
    limit: 21,
  }),
});

const firstAccount = defineStatement({
  name: 'search.first_account',
  params: {},
  build: () => sql<{ id: Id | null }>`SELECT min(id)::text AS id FROM accounts`,
  sample: () => ({}),
});

/** Behind every text that begins with `prefix`, in code-point order. */
const endOf = (prefix: string): string => `${prefix}\u{10ffff}`;

/** Searches in PostgreSQL: grams for accounts, a text index for posts. */
export function createPostgresSearch({
  db,
  clock,
}: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): SearchReader {
  return {
    async accounts(viewer, { handle, words, grams, alike: likeness }, { after, limit }) {
      const page = {
        viewer: viewerParameter(viewer),
        afterRank: after?.rank ?? -1,
        afterMagnitude: after?.magnitude ?? 0,
        afterId: after?.id ?? '0',
      };
      // What merely looks alike is asked for only when what begins with the words has run out.
      const found =
        (after?.rank ?? 0) > 3 ? [] : await begins.run(db, { ...page, handle, words, grams, limit });
      const rest = limit - found.length;
      if (likeness === null || rest === 0) return found;
      return [...found, ...(await alike.run(db, { ...page, words, grams, ...likeness, limit: rest }))];
    },
    hashtags: (prefix, { after, limit }) =>
      hashtags.run(db, {
        prefix,
        end: endOf(prefix),
        afterPlace: after === null ? -1 : after.exact ? 0 : 1,
        afterMagnitude: after?.magnitude ?? 0,
        afterTag: after?.tag ?? '',
        limit,
      }),
    async posts(viewer, words, { after, limit }) {
      const first = (await firstAccount.first(db, {}))?.id ?? null;
      if (first === null) return [];
      const top = topId(clock.now());
      const before = after === null || compareIds(after.id, top) > 0 ? top : after.id;
      const asked = { viewer: viewerParameter(viewer), words: words.join(' '), now: clock.now() };
      return collectWindows({ before, since: first, limit }, (window, rest) =>
        posts.run(db, { ...asked, ...window, limit: rest }),
      );
    },
  };
}
