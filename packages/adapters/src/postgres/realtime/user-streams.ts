import {
  type Clock,
  type Id,
  newEpoch,
  type StreamEpochs,
  type StreamEvent,
  streamName,
  type UserStreamReader,
  type UserStreamWriter,
} from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

interface EventRow {
  readonly userId: string;
  readonly offset: string;
  readonly type: string;
  readonly at: string;
  readonly by: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

const eventOf = (row: EventRow): StreamEvent => ({
  stream: streamName('user', row.userId),
  offset: Number(row.offset),
  type: row.type,
  at: Number(row.at),
  by: row.by,
  data: row.data,
});

const append = defineStatement({
  name: 'user_streams.append',
  params: { users: 'bigint[]', types: 'text[]', bys: 'text[]', data: 'text[]', at: 'bigint' },
  // The upsert locks the heads in id order; an event's offset is its place among those of its account.
  build: (_, { users, types, bys, data, at }) => sql<{ offset: string; place: string }>`
    WITH given AS (
      SELECT user_id, type, by_id, data, place,
        row_number() OVER (PARTITION BY user_id ORDER BY place DESC) - 1 AS behind
      FROM unnest(${users}, ${types}, ${bys}, ${data}) WITH ORDINALITY AS g (user_id, type, by_id, data, place)
    ), heads AS (
      INSERT INTO user_streams AS s (user_id, last_offset)
      SELECT user_id, count(*) FROM given GROUP BY user_id ORDER BY user_id
      ON CONFLICT (user_id) DO UPDATE SET last_offset = s.last_offset + excluded.last_offset
      RETURNING user_id, last_offset
    ), stored AS (
      INSERT INTO user_stream_events (user_id, "offset", type, at, by_id, data)
      SELECT g.user_id, h.last_offset - g.behind, g.type, ${at}, nullif(g.by_id, '')::bigint, g.data::jsonb
      FROM given AS g JOIN heads AS h USING (user_id)
    )
    SELECT h.last_offset - g.behind AS "offset", g.place FROM given AS g JOIN heads AS h USING (user_id)
    ORDER BY g.place`,
  sample: ({ now }) => ({
    users: ['1', '2'],
    types: ['a.b', 'a.b'],
    bys: ['', '1'],
    data: ['{}', '{}'],
    at: now,
  }),
});

const readHeads = defineStatement({
  name: 'user_streams.heads',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ id: string; offset: string }>`
    SELECT user_id AS id, last_offset AS "offset" FROM user_streams WHERE user_id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

const readAfter = defineStatement({
  name: 'user_streams.after',
  params: { user: 'bigint', after: 'bigint', limit: 'integer' },
  // Head and events of one snapshot: an empty answer behind the head is a log that was cut, not a race.
  build: (_, { user, after, limit }) => sql<Partial<EventRow> & { head: string }>`
    SELECT s.last_offset AS head, e.user_id AS "userId", e."offset", e.type, e.at, e.by_id AS by, e.data
    FROM user_streams AS s LEFT JOIN LATERAL (
      SELECT * FROM user_stream_events
      WHERE user_id = ${user} AND "offset" > ${after}
      ORDER BY "offset" LIMIT ${limit}
    ) AS e ON true
    WHERE s.user_id = ${user}
    ORDER BY e."offset"`,
  sample: () => ({ user: '1', after: '0', limit: 500 }),
});

const readEpoch = defineStatement({
  name: 'stream_epochs.current',
  params: {},
  build: () => sql<{ epoch: string }>`SELECT epoch FROM stream_epochs`,
  sample: () => ({}),
});

const firstEpoch = defineStatement({
  name: 'stream_epochs.first',
  params: { epoch: 'text' },
  build: (_, { epoch }) => sql`
    INSERT INTO stream_epochs (epoch) VALUES (${epoch}) ON CONFLICT (id) DO NOTHING`,
  sample: () => ({ epoch: 'sample' }),
});

const nextEpoch = defineStatement({
  name: 'stream_epochs.renew',
  params: { epoch: 'text' },
  build: (_, { epoch }) => sql`
    INSERT INTO stream_epochs (epoch) VALUES (${epoch})
    ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch`,
  sample: () => ({ epoch: 'sample' }),
});

/** Writes user streams within a transaction: one statement, whatever the number of accounts. */
export const createPostgresUserStreams = (deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
}): UserStreamWriter => ({
  async append(events) {
    if (events.length === 0) return [];
    const at = deps.clock.now();
    const texts = events.map(({ data }) => JSON.stringify(data));
    const rows = await append.run(deps.tx, {
      users: events.map(({ userId }) => userId),
      types: events.map(({ type }) => type),
      bys: events.map(({ by }) => by ?? ''),
      data: texts,
      at,
    });
    return events.map(
      (event, i): StreamEvent => ({
        stream: streamName('user', event.userId),
        offset: Number(rows[i]?.offset),
        type: event.type,
        at,
        by: event.by ?? null,
        data: JSON.parse(texts[i] as string),
      }),
    );
  },
});

/** Reads user streams from PostgreSQL. */
export const createPostgresUserStreamReader = (db: Kysely<Database>): UserStreamReader => ({
  async heads(ids) {
    const rows = await readHeads.run(db, { ids });
    const found = new Map<Id, number>(ids.map((id) => [id, 0]));
    for (const { id, offset } of rows) found.set(id, Number(offset));
    return found;
  },
  async after(id, after, limit) {
    const rows = await readAfter.run(db, { user: id, after, limit });
    const head = Number(rows[0]?.head ?? 0);
    const events = rows.flatMap((row) => (row.userId == null ? [] : [eventOf(row as EventRow)]));
    const expected = Math.max(0, Math.min(limit, head - after));
    return events.length === expected && (expected === 0 || events.at(-1)?.offset === after + expected)
      ? events
      : null;
  },
});

/** The epoch of the database; made with its first question. */
export const createPostgresEpochs = (db: Kysely<Database>): StreamEpochs => ({
  async current() {
    const known = await readEpoch.first(db, {});
    if (known) return known.epoch;
    await firstEpoch.affected(db, { epoch: newEpoch() });
    const made = await readEpoch.first(db, {});
    if (!made) throw new Error('the epoch of the database vanished');
    return made.epoch;
  },
  async renew() {
    const epoch = newEpoch();
    await nextEpoch.affected(db, { epoch });
    return epoch;
  },
});
