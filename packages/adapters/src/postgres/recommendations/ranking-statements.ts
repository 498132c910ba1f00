import type { Id } from '@socialkit/core';
import { sql } from 'kysely';
import { defineStatement } from '../statement.js';

interface ListRow {
  readonly snapshot: Id;
  readonly profile: string;
  readonly mark: string;
  readonly items: string;
}

const LIST = sql`l.snapshot, l.profile, l.mark, l.items::text AS items`;

export const latestList = defineStatement({
  name: 'rec_lists.latest',
  params: { user: 'bigint', kind: 'text' },
  build: (_, { user, kind }) => sql<ListRow>`
    SELECT ${LIST} FROM rec_lists AS l WHERE l.user_id = ${user} AND l.kind = ${kind}
    ORDER BY l.snapshot DESC LIMIT 1`,
  sample: () => ({ user: '1', kind: 'people' }),
});

export const findList = defineStatement({
  name: 'rec_lists.find',
  params: { user: 'bigint', kind: 'text', snapshot: 'bigint' },
  build: (_, { user, kind, snapshot }) => sql<ListRow>`
    SELECT ${LIST} FROM rec_lists AS l
    WHERE l.user_id = ${user} AND l.kind = ${kind} AND l.snapshot = ${snapshot}`,
  sample: ({ newest }) => ({ user: '1', kind: 'people', snapshot: newest }),
});

export const putLists = defineStatement({
  name: 'rec_lists.put',
  params: {
    kind: 'text',
    users: 'bigint[]',
    snapshots: 'bigint[]',
    profiles: 'text[]',
    marks: 'text[]',
    items: 'text[]',
    ends: 'bigint[]',
  },
  build: (_, { kind, users, snapshots, profiles, marks, items, ends }) => sql`
    INSERT INTO rec_lists (kind, user_id, snapshot, profile, mark, items, expires_at)
    SELECT ${kind}, n.user_id, n.snapshot, n.profile, n.mark, n.items::json, n.ends
    FROM unnest(${users}, ${snapshots}, ${profiles}, ${marks}, ${items}, ${ends})
      AS n (user_id, snapshot, profile, mark, items, ends)
    ON CONFLICT (user_id, kind, snapshot) DO NOTHING`,
  sample: ({ newest, now }) => ({
    kind: 'people',
    users: ['1'],
    snapshots: [newest],
    profiles: ['a'],
    marks: ['m'],
    items: ['[]'],
    ends: [now],
  }),
});

/** What the newest two of each user leave behind. */
export const trimLists = defineStatement({
  name: 'rec_lists.trim',
  params: { kind: 'text', users: 'bigint[]' },
  build: (_, { kind, users }) => sql`
    DELETE FROM rec_lists AS l
    WHERE l.kind = ${kind} AND l.user_id = ANY(${users}) AND l.snapshot < (
      SELECT x.snapshot FROM rec_lists AS x WHERE x.user_id = l.user_id AND x.kind = l.kind
      ORDER BY x.snapshot DESC OFFSET 1 LIMIT 1
    )`,
  sample: ({ ids }) => ({ kind: 'people', users: ids }),
});

export const dropLists = defineStatement({
  name: 'rec_lists.drop',
  params: { kind: 'text', users: 'bigint[]' },
  build: (_, { kind, users }) => sql`
    DELETE FROM rec_lists WHERE kind = ${kind} AND user_id = ANY(${users})`,
  sample: ({ ids }) => ({ kind: 'people', users: ids }),
});

export const experiments = defineStatement({
  name: 'rec_profiles.list',
  params: { kind: 'text' },
  build: (_, { kind }) => sql<{ readonly config: string; readonly share: number }>`
    SELECT config::text AS config, share FROM rec_profiles WHERE kind = ${kind}
    ORDER BY version COLLATE "C"`,
  sample: () => ({ kind: 'posts' }),
});

export const putExperiment = defineStatement({
  name: 'rec_profiles.put',
  params: { kind: 'text', version: 'text', config: 'jsonb', share: 'integer' },
  build: (_, { kind, version, config, share }) => sql`
    INSERT INTO rec_profiles (kind, version, config, share)
    VALUES (${kind}, ${version}, ${config}, ${share})
    ON CONFLICT (kind, version) DO UPDATE SET config = excluded.config, share = excluded.share`,
  sample: () => ({ kind: 'posts', version: 'a', config: '{}', share: 1 }),
});

export const endExperiment = defineStatement({
  name: 'rec_profiles.end',
  params: { kind: 'text', version: 'text' },
  build: (_, { kind, version }) => sql`
    DELETE FROM rec_profiles WHERE kind = ${kind} AND version = ${version}`,
  sample: () => ({ kind: 'posts', version: 'a' }),
});

const DISMISSAL = { user: 'bigint', kind: 'text', item: 'text' } as const;

export const dismiss = defineStatement({
  name: 'rec_dismissed.put',
  params: { ...DISMISSAL, until: 'bigint' },
  build: (_, { user, kind, item, until }) => sql`
    INSERT INTO rec_dismissed (user_id, kind, item, expires_at) VALUES (${user}, ${kind}, ${item}, ${until})
    ON CONFLICT (user_id, kind, item) DO UPDATE SET expires_at = excluded.expires_at`,
  sample: ({ now }) => ({ user: '1', kind: 'people', item: '2', until: now }),
});

export const restore = defineStatement({
  name: 'rec_dismissed.remove',
  params: DISMISSAL,
  build: (_, { user, kind, item }) => sql`
    DELETE FROM rec_dismissed WHERE user_id = ${user} AND kind = ${kind} AND item = ${item}`,
  sample: () => ({ user: '1', kind: 'people', item: '2' }),
});

export const dismissedAmong = defineStatement({
  name: 'rec_dismissed.among',
  params: { user: 'bigint', kind: 'text', items: 'text[]', now: 'bigint' },
  build: (_, { user, kind, items, now }) => sql<{ readonly item: string }>`
    SELECT item FROM rec_dismissed
    WHERE user_id = ${user} AND kind = ${kind} AND item = ANY(${items}) AND expires_at > ${now}`,
  sample: ({ now }) => ({ user: '1', kind: 'people', items: ['2'], now }),
});

export const appendServed = defineStatement({
  name: 'rec_served.append',
  params: {
    requests: 'bigint[]',
    positions: 'integer[]',
    users: 'bigint[]',
    kinds: 'text[]',
    items: 'text[]',
    sources: 'text[]',
    profiles: 'text[]',
    propensities: 'text[]',
  },
  build: (_, { requests, positions, users, kinds, items, sources, profiles, propensities }) => sql`
    INSERT INTO rec_served (request_id, position, user_id, kind, item, source, profile, propensity)
    SELECT s.request_id, s.position, s.user_id, s.kind, s.item, s.source, s.profile, s.propensity::double precision
    FROM unnest(${requests}, ${positions}, ${users}, ${kinds}, ${items}, ${sources}, ${profiles}, ${propensities})
      AS s (request_id, position, user_id, kind, item, source, profile, propensity)
    ON CONFLICT DO NOTHING`,
  sample: ({ newest }) => ({
    requests: [newest],
    positions: [0],
    users: ['1'],
    kinds: ['posts'],
    items: ['2'],
    sources: ['a'],
    profiles: ['b'],
    propensities: ['1'],
  }),
});

export const servedSince = defineStatement({
  name: 'rec_served.since',
  params: { user: 'bigint', kind: 'text', lo: 'bigint', hi: 'bigint', limit: 'integer' },
  build: (_, { user, kind, lo, hi, limit }) => sql<{
    readonly requestId: Id;
    readonly position: number;
    readonly item: string;
    readonly source: string;
    readonly profile: string;
    readonly propensity: number;
  }>`
    SELECT s.request_id AS "requestId", s.position, s.item, s.source, s.profile, s.propensity
    FROM rec_served AS s
    WHERE s.user_id = ${user} AND s.kind = ${kind} AND s.request_id BETWEEN ${lo} AND ${hi}
    ORDER BY s.request_id DESC, s.position LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ user: '1', kind: 'posts', lo: oldest, hi: newest, limit: 2000 }),
});
