import type { Id, PollReader, PollWriter } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { time } from './rows.js';

interface PollRow {
  readonly postId: Id;
  readonly multiple: boolean;
  readonly durationMs: string;
  readonly expiresAt: string | null;
  readonly voterCount: number;
  readonly options: readonly {
    readonly position: number;
    readonly text: string;
    readonly voteCount: number;
  }[];
}

const find = defineStatement({
  name: 'polls.find',
  params: { post: 'bigint' },
  build: (_, { post }) => sql<PollRow>`
    SELECT p.post_id AS "postId", p.multiple, p.duration_ms AS "durationMs", p.expires_at AS "expiresAt",
      p.voter_count AS "voterCount",
      (SELECT json_agg(json_build_object('position', o.position, 'text', o.text, 'voteCount', o.vote_count) ORDER BY o.position)
        FROM poll_options AS o WHERE o.post_id = p.post_id) AS options
    FROM polls AS p WHERE p.post_id = ${post}`,
  sample: ({ newest }) => ({ post: newest }),
});

const ballot = defineStatement({
  name: 'polls.ballot',
  params: { post: 'bigint', user: 'bigint' },
  build: (_, { post, user }) => sql<{ positions: number[] }>`
    SELECT positions FROM poll_ballots WHERE post_id = ${post} AND user_id = ${user}`,
  sample: ({ newest }) => ({ post: newest, user: '1' }),
});

const put = defineStatement({
  name: 'polls.put',
  params: { post: 'bigint', multiple: 'boolean', duration: 'bigint', expiresAt: 'bigint?' },
  build: (_, { post, multiple, duration, expiresAt }) => sql`
    INSERT INTO polls (post_id, multiple, duration_ms, expires_at) VALUES (${post}, ${multiple}, ${duration}, ${expiresAt})
    ON CONFLICT (post_id) DO UPDATE SET
      multiple = excluded.multiple, duration_ms = excluded.duration_ms, expires_at = excluded.expires_at`,
  sample: ({ newest }) => ({ post: newest, multiple: false, duration: 60_000, expiresAt: null }),
});

const putOptions = defineStatement({
  name: 'polls.put_options',
  params: { post: 'bigint', texts: 'text[]' },
  build: (_, { post, texts }) => sql`
    WITH gone AS (DELETE FROM poll_options WHERE post_id = ${post} AND position >= cardinality(${texts}))
    INSERT INTO poll_options (post_id, position, text)
    SELECT ${post}, (place - 1)::integer, text FROM unnest(${texts}) WITH ORDINALITY AS o (text, place)
    ON CONFLICT (post_id, position) DO UPDATE SET text = excluded.text`,
  sample: ({ newest }) => ({ post: newest, texts: ['yes', 'no'] }),
});

const open = defineStatement({
  name: 'polls.open',
  params: { post: 'bigint', expiresAt: 'bigint' },
  build: (_, { post, expiresAt }) => sql`UPDATE polls SET expires_at = ${expiresAt} WHERE post_id = ${post}`,
  sample: ({ newest, now }) => ({ post: newest, expiresAt: now }),
});

const cast = defineStatement({
  name: 'polls.cast',
  params: { post: 'bigint', user: 'bigint', positions: 'integer[]' },
  // Whoever does not get his ballot in counts nowhere: everything hangs on the row that was inserted.
  build: (_, { post, user, positions }) => sql`
    WITH ballot AS (
      INSERT INTO poll_ballots (post_id, user_id, positions) VALUES (${post}, ${user}, ${positions})
      ON CONFLICT DO NOTHING RETURNING post_id
    ), counted AS (
      UPDATE poll_options AS o SET vote_count = o.vote_count + 1 FROM ballot
      WHERE o.post_id = ballot.post_id AND o.position = ANY(${positions})
    )
    UPDATE polls AS p SET voter_count = p.voter_count + 1 FROM ballot WHERE p.post_id = ballot.post_id`,
  sample: ({ newest }) => ({ post: newest, user: '1', positions: [0] }),
});

const remove = defineStatement({
  name: 'polls.remove',
  params: { post: 'bigint' },
  build: (_, { post }) => sql`
    WITH ballots AS (DELETE FROM poll_ballots WHERE post_id = ${post}),
    options AS (DELETE FROM poll_options WHERE post_id = ${post})
    DELETE FROM polls WHERE post_id = ${post}`,
  sample: ({ newest }) => ({ post: newest }),
});

/** Reads polls. */
export const createPostgresPollReader = (db: Kysely<Database>): PollReader => ({
  async find(post) {
    const row = await find.first(db, { post });
    return row ? { ...row, durationMs: Number(row.durationMs), expiresAt: time(row.expiresAt) } : null;
  },
  ballot: async (post, user) => (await ballot.first(db, { post, user }))?.positions ?? null,
});

/** Reads and writes polls inside a transaction. */
export const createPostgresPolls = (tx: Transaction<Database>): PollReader & PollWriter => ({
  ...createPostgresPollReader(tx),
  async put(poll) {
    await put.run(tx, {
      post: poll.postId,
      multiple: poll.multiple,
      duration: poll.durationMs,
      expiresAt: poll.expiresAt,
    });
    await putOptions.run(tx, { post: poll.postId, texts: poll.options.map(({ text }) => text) });
  },
  async open(post, expiresAt) {
    await open.run(tx, { post, expiresAt });
  },
  cast: async (post, user, positions) =>
    (await cast.affected(tx, { post, user, positions: [...positions].sort((a, b) => a - b) })) > 0,
  async remove(post) {
    await remove.run(tx, { post });
  },
});
