import {
  type InterestKind,
  type InterestStore,
  REMEMBERED_INTERESTS,
  type StoredInterest,
} from '@socialkit/feed';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

/** Rows removed by one statement at most. */
const SWEEP = 10_000;

const record = defineStatement({
  name: 'interests.record',
  params: { user: 'bigint', event: 'bigint', at: 'bigint', gains: 'jsonb' },
  build: (_, { user, event, at, gains }) => sql<{ fresh: boolean }>`
    WITH fresh AS (
      INSERT INTO user_interest_events (user_id, event_id, at)
      SELECT ${user}, ${event}, ${at} WHERE NOT EXISTS (SELECT FROM user_interests_off WHERE user_id = ${user})
      ON CONFLICT DO NOTHING RETURNING event_id
    ), gained AS (
      INSERT INTO user_interests AS i (user_id, kind, value, mark)
      SELECT ${user}, g.kind, g.value, g.mark
      FROM jsonb_to_recordset(${gains}) AS g (kind text, value text, mark double precision)
      WHERE EXISTS (SELECT FROM fresh)
      ORDER BY g.kind, g.value
      ON CONFLICT (user_id, kind, value) DO UPDATE SET mark = CASE WHEN i.mark IS NULL THEN excluded.mark ELSE
        greatest(i.mark, excluded.mark) + ln(1 + power(2::double precision, -abs(i.mark - excluded.mark))) / ln(2::double precision) END
      WHERE NOT i.removed
    )
    SELECT EXISTS (SELECT FROM fresh) AS fresh`,
  sample: ({ now }) => ({ user: '1', event: '1', at: now, gains: '[]' }),
});

const trim = defineStatement({
  name: 'interests.trim',
  params: { user: 'bigint', kinds: 'text[]' },
  build: (_, { user, kinds }) => sql`
    DELETE FROM user_interests AS i USING (
      SELECT kind, value, row_number() OVER (PARTITION BY kind ORDER BY mark DESC NULLS LAST, value COLLATE "C") AS place
      FROM user_interests WHERE user_id = ${user} AND kind = ANY(${kinds}) AND NOT chosen AND NOT removed
    ) AS least
    WHERE i.user_id = ${user} AND i.kind = least.kind AND i.value = least.value
      AND least.place > ${sql.lit(REMEMBERED_INTERESTS)}`,
  sample: () => ({ user: '1', kinds: ['hashtag'] }),
});

const read = defineStatement({
  name: 'interests.read',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<StoredInterest>`
    SELECT kind, value, mark, chosen FROM user_interests WHERE user_id = ${user} AND NOT removed
    ORDER BY chosen DESC, mark DESC NULLS LAST, value COLLATE "C"`,
  sample: () => ({ user: '1' }),
});

const isOff = defineStatement({
  name: 'interests.is_off',
  params: { user: 'bigint' },
  build: (_, { user }) => sql`SELECT 1 FROM user_interests_off WHERE user_id = ${user}`,
  sample: () => ({ user: '1' }),
});

const INTEREST = { user: 'bigint', kind: 'text', value: 'text' } as const;
const sampleInterest = { user: '1', kind: 'hashtag', value: 'tea' };

const choose = defineStatement({
  name: 'interests.choose',
  params: INTEREST,
  build: (_, { user, kind, value }) => sql`
    INSERT INTO user_interests AS i (user_id, kind, value, chosen) VALUES (${user}, ${kind}, ${value}, true)
    ON CONFLICT (user_id, kind, value) DO UPDATE SET chosen = true, removed = false WHERE NOT i.chosen`,
  sample: () => sampleInterest,
});

const remove = defineStatement({
  name: 'interests.remove',
  params: INTEREST,
  build: (_, { user, kind, value }) => sql`
    INSERT INTO user_interests AS i (user_id, kind, value, removed) VALUES (${user}, ${kind}, ${value}, true)
    ON CONFLICT (user_id, kind, value) DO UPDATE SET chosen = false, removed = true, mark = NULL WHERE NOT i.removed`,
  sample: () => sampleInterest,
});

/** What a switch forgets either way: an event that was being counted while learning went off may have left something. */
const forgotten = (user: RawBuilder<unknown>) => sql`
  kept AS (UPDATE user_interests SET mark = NULL
    WHERE user_id = ${user} AND (chosen OR removed) AND EXISTS (SELECT FROM switched)),
  gone AS (DELETE FROM user_interests
    WHERE user_id = ${user} AND NOT chosen AND NOT removed AND EXISTS (SELECT FROM switched))`;

const enable = defineStatement({
  name: 'interests.enable',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ changed: boolean }>`
    WITH switched AS (DELETE FROM user_interests_off WHERE user_id = ${user} RETURNING user_id),
    ${forgotten(user)}
    SELECT EXISTS (SELECT FROM switched) AS changed`,
  sample: () => ({ user: '1' }),
});

const disable = defineStatement({
  name: 'interests.disable',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ changed: boolean }>`
    WITH switched AS (INSERT INTO user_interests_off (user_id) VALUES (${user}) ON CONFLICT DO NOTHING RETURNING user_id),
    ${forgotten(user)}
    SELECT EXISTS (SELECT FROM switched) AS changed`,
  sample: () => ({ user: '1' }),
});

const forgetEvents = defineStatement({
  name: 'interests.forget_events',
  params: { at: 'bigint' },
  build: (_, { at }) => sql`
    DELETE FROM user_interest_events WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM user_interest_events WHERE at < ${at} ORDER BY at LIMIT ${sql.lit(SWEEP)}))`,
  sample: ({ now }) => ({ at: now }),
});

/** Interests in PostgreSQL. */
export const createPostgresInterests = (db: Kysely<Database>): InterestStore => ({
  async record(user, event, at, gains) {
    const row = await record.first(db, { user, event, at, gains: JSON.stringify(gains) });
    if (!row?.fresh) return false;
    await trim.run(db, { user, kinds: [...new Set(gains.map(({ kind }) => kind))] });
    return true;
  },
  async read(user) {
    const [off, interests] = await Promise.all([isOff.first(db, { user }), read.run(db, { user })]);
    if (off === undefined) return { enabled: true, interests };
    const chosen = interests.filter((one) => one.chosen);
    return { enabled: false, interests: chosen.map((one) => ({ ...one, mark: null })) };
  },
  choose: async (user, kind: InterestKind, value) => (await choose.affected(db, { user, kind, value })) === 1,
  remove: async (user, kind: InterestKind, value) => (await remove.affected(db, { user, kind, value })) === 1,
  setEnabled: async (user, enabled) =>
    (await (enabled ? enable : disable).first(db, { user }))?.changed ?? false,
  forgetEvents: (at) => forgetEvents.affected(db, { at }),
});
