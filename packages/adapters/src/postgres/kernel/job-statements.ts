import { sql } from 'kysely';
import { defineStatement } from '../statement.js';

const NO_ROWS = { ids: ['1'], tokens: ['none'] };

export const enqueue = defineStatement({
  name: 'jobs.enqueue',
  params: { queue: 'text', payload: 'jsonb', key: 'text?', runAt: 'bigint', maxAttempts: 'integer' },
  build: (db, { queue, payload, key, runAt, maxAttempts }) =>
    db
      .insertInto('jobs')
      .values({ queue, payload, key, run_at: runAt, max_attempts: maxAttempts })
      .onConflict((conflict) => conflict.columns(['queue', 'key']).where('key', 'is not', null).doNothing()),
  sample: ({ now }) => ({ queue: 'sample', payload: '{}', key: 'k', runAt: now, maxAttempts: 1 }),
});

export const cancel = defineStatement({
  name: 'jobs.cancel',
  params: { queue: 'text', key: 'text' },
  build: (db, { queue, key }) =>
    db.deleteFrom('jobs').where('queue', '=', queue).where('key', '=', key).where('token', 'is', null),
  sample: () => ({ queue: 'sample', key: 'none' }),
});

/** Materialised, so that the rows are locked once and LIMIT counts what was locked. */
export const claim = defineStatement({
  name: 'jobs.claim',
  params: { queue: 'text', now: 'bigint', limit: 'integer', until: 'bigint', token: 'text' },
  build: (_, { queue, now, limit, until, token }) => sql<{
    id: string;
    key: string | null;
    payload: unknown;
    attempts: number;
    max_attempts: number;
    due_at: string;
  }>`
    WITH due AS MATERIALIZED (
      SELECT id, run_at FROM jobs
      WHERE queue = ${queue} AND dead_at IS NULL AND run_at <= ${now}
      ORDER BY run_at, id LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET run_at = ${until}, token = ${token}, attempts = jobs.attempts + 1
    FROM due WHERE jobs.id = due.id
    RETURNING jobs.id, jobs.key, jobs.payload, jobs.attempts, jobs.max_attempts, due.run_at AS due_at`,
  sample: ({ now }) => ({ queue: 'sample', now, limit: 10, until: now, token: 'none' }),
});

export const acknowledge = defineStatement({
  name: 'jobs.acknowledge',
  params: { ids: 'bigint[]', tokens: 'text[]' },
  build: (_, { ids, tokens }) => sql`
    DELETE FROM jobs USING unnest(${ids}, ${tokens}) AS held (id, token)
    WHERE jobs.id = held.id AND jobs.token = held.token`,
  sample: () => NO_ROWS,
});

export const extend = defineStatement({
  name: 'jobs.extend',
  params: { ids: 'bigint[]', tokens: 'text[]', until: 'bigint' },
  build: (_, { ids, tokens, until }) => sql<{ id: string }>`
    UPDATE jobs SET run_at = ${until} FROM unnest(${ids}, ${tokens}) AS held (id, token)
    WHERE jobs.id = held.id AND jobs.token = held.token
    RETURNING jobs.id`,
  sample: ({ now }) => ({ ...NO_ROWS, until: now }),
});

export const retry = defineStatement({
  name: 'jobs.retry',
  params: { id: 'bigint', token: 'text', error: 'text', retryAt: 'bigint' },
  build: (db, { id, token, error, retryAt }) =>
    db
      .updateTable('jobs')
      .set({ token: null, last_error: error, run_at: retryAt })
      .where('id', '=', id)
      .where('token', '=', token),
  sample: ({ now }) => ({ id: '1', token: 'none', error: '', retryAt: now }),
});

/** A dead letter gives its key up: the next job of that key can be enqueued. */
export const bury = defineStatement({
  name: 'jobs.bury',
  params: { id: 'bigint', token: 'text', error: 'text', now: 'bigint' },
  build: (db, { id, token, error, now }) =>
    db
      .updateTable('jobs')
      .set({ token: null, key: null, last_error: error, dead_at: now })
      .where('id', '=', id)
      .where('token', '=', token),
  sample: ({ now }) => ({ id: '1', token: 'none', error: '', now }),
});

export const stats = defineStatement({
  name: 'jobs.stats',
  params: { queue: 'text?', now: 'bigint' },
  build: (_, { queue, now }) => sql<{ due: number; scheduled: number; dead: number }>`
    SELECT
      (count(*) FILTER (WHERE dead_at IS NULL AND (token IS NOT NULL OR run_at <= ${now})))::integer AS due,
      (count(*) FILTER (WHERE dead_at IS NULL AND token IS NULL AND run_at > ${now}))::integer AS scheduled,
      (count(*) FILTER (WHERE dead_at IS NOT NULL))::integer AS dead
    FROM jobs WHERE ${queue} IS NULL OR queue = ${queue}`,
  sample: ({ now }) => ({ queue: null, now }),
});

export const dead = defineStatement({
  name: 'jobs.dead',
  params: { queue: 'text?', after: 'bigint?', limit: 'integer' },
  build: (db, { queue, after, limit }) =>
    db
      .selectFrom('jobs')
      .select(['id', 'queue', 'payload', 'attempts', 'last_error', 'dead_at'])
      .where('dead_at', 'is not', null)
      .where(sql<boolean>`(${queue} IS NULL OR queue = ${queue})`)
      .where(sql<boolean>`(${after} IS NULL OR id < ${after})`)
      .orderBy('id', 'desc')
      .limit(limit),
  sample: () => ({ queue: null, after: null, limit: 10 }),
});

export const replay = defineStatement({
  name: 'jobs.replay',
  params: { ids: 'bigint[]', now: 'bigint' },
  build: (_, { ids, now }) => sql`
    UPDATE jobs SET dead_at = NULL, attempts = 0, run_at = ${now}
    WHERE id = ANY(${ids}) AND dead_at IS NOT NULL`,
  sample: ({ now }) => ({ ids: ['1'], now }),
});
