import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/** Texts of one author that are counted at most. */
const MOST_OWN = 10_000;
/** Near-duplicates that are counted at most. */
const MOST_NEAR = 2_000;

/** Counts beside a text. */
export interface BesideRow {
  readonly authorTexts: number;
  readonly fast: number;
  readonly slow: number;
  readonly ownCopies: number;
  readonly othersCopies: number;
  readonly otherAuthors: number;
}

export const insertText = defineStatement({
  name: 'posted_texts.insert',
  params: { id: 'bigint', author: 'text', at: 'bigint', simhash: 'bigint?', pieces: 'integer[]' },
  build: (_, { id, author, at, simhash, pieces }) => sql`
    INSERT INTO posted_texts (id, author_id, at, simhash, pieces)
    VALUES (${id}, ${author}, ${at}, ${simhash}, ${pieces})`,
  sample: ({ newest, now }) => ({ id: newest, author: '1', at: now, simhash: '5', pieces: [1, 257] }),
});

export const beside = defineStatement({
  name: 'posted_texts.beside',
  params: {
    id: 'bigint',
    author: 'text',
    at: 'bigint',
    simhash: 'bigint?',
    pieces: 'integer[]',
    fast: 'bigint',
    slow: 'bigint',
    copies: 'bigint',
    near: 'integer',
  },
  build: (_, { id, author, at, simhash, pieces, fast, slow, copies, near }) => sql<BesideRow>`
    SELECT own.*, near.* FROM (
      SELECT count(*)::int AS "authorTexts", count(*) FILTER (WHERE at > ${fast})::int AS fast,
        count(*) FILTER (WHERE at > ${slow})::int AS slow
      FROM (
        SELECT at FROM posted_texts
        WHERE author_id = ${author} AND at BETWEEN ${copies} AND ${at} AND id <> ${id}
        ORDER BY at DESC LIMIT ${sql.lit(MOST_OWN)}
      ) texts
    ) own, (
      SELECT count(*) FILTER (WHERE author_id = ${author})::int AS "ownCopies",
        count(*) FILTER (WHERE author_id <> ${author})::int AS "othersCopies",
        count(DISTINCT author_id) FILTER (WHERE author_id <> ${author})::int AS "otherAuthors"
      FROM (
        SELECT author_id FROM posted_texts
        WHERE pieces && ${pieces} AND at BETWEEN ${copies} AND ${at} AND id <> ${id}
          AND bit_count((simhash # ${simhash})::bit(64)) <= ${near}
        LIMIT ${sql.lit(MOST_NEAR)}
      ) texts
    ) near`,
  sample: ({ newest, now }) => ({
    id: newest,
    author: '1',
    at: now,
    simhash: '5',
    pieces: [1, 257],
    fast: now - 60_000,
    slow: now - 3_600_000,
    copies: now - 86_400_000,
    near: 8,
  }),
});

const DAY = 86_400_000;

export const seeDomains = defineStatement({
  name: 'posted_domains.see',
  params: { domains: 'text[]', at: 'bigint' },
  // In the order of their names: two texts that link the same wait for each other, never in a circle.
  build: (_, { domains, at }) => sql`
    INSERT INTO posted_domains AS known (domain, first_at, last_at)
    SELECT DISTINCT domain, ${at}, ${at} FROM unnest(${domains}) AS domain ORDER BY domain
    ON CONFLICT (domain) DO UPDATE SET last_at = excluded.last_at
    WHERE known.last_at < excluded.last_at - ${sql.lit(DAY)}`,
  sample: ({ now }) => ({ domains: ['a.example', 'b.example'], at: now }),
});

export const newDomains = defineStatement({
  name: 'posted_domains.new',
  params: { domains: 'text[]', since: 'bigint' },
  build: (_, { domains, since }) => sql<{ readonly count: number }>`
    SELECT count(*)::int AS count FROM posted_domains WHERE domain = ANY(${domains}) AND first_at > ${since}`,
  sample: ({ now }) => ({ domains: ['a.example', 'b.example'], since: now - DAY }),
});

export const forgetDomains = defineStatement({
  name: 'posted_domains.forget',
  params: { before: 'bigint', limit: 'integer' },
  build: (_, { before, limit }) => sql`
    DELETE FROM posted_domains WHERE domain IN (
      SELECT domain FROM posted_domains WHERE last_at < ${before} ORDER BY last_at LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    )`,
  sample: ({ now }) => ({ before: now, limit: 100 }),
});

export const forgetTexts = defineStatement({
  name: 'posted_texts.forget',
  params: { before: 'bigint', limit: 'integer' },
  build: (_, { before, limit }) => sql`
    DELETE FROM posted_texts WHERE id IN (
      SELECT id FROM posted_texts WHERE at < ${before} ORDER BY at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )`,
  sample: ({ now }) => ({ before: now, limit: 100 }),
});

export const takeRemoval = defineStatement({
  name: 'automatic_removals.take',
  params: { id: 'bigint', at: 'bigint', since: 'bigint', most: 'integer' },
  build: (_, { id, at, since, most }) => sql`
    INSERT INTO automatic_removals (id, at)
    SELECT ${id}, ${at} WHERE (SELECT count(*) FROM automatic_removals WHERE at > ${since}) < ${most}`,
  sample: ({ newest, now }) => ({ id: newest, at: now, since: now - 3_600_000, most: 200 }),
});

export const forgetRemovals = defineStatement({
  name: 'automatic_removals.forget',
  params: { before: 'bigint' },
  build: (_, { before }) => sql`DELETE FROM automatic_removals WHERE at <= ${before}`,
  sample: ({ now }) => ({ before: now }),
});
