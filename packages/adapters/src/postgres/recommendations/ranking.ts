import { type Clock, firstIdAt, timeOfId } from '@socialkit/core';
import {
  type Because,
  type ListedItem,
  profileSchema,
  type RankedList,
  type RankingStores,
} from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import * as statements from './ranking-statements.js';

const DAY_MS = 24 * 60 * 60_000;
/** How long a list that nobody replaces stays. */
const LIST_DAYS = 7;
const MAX_SERVED = 2000;

type Packed = readonly [id: string, score: number, because: readonly Because[], propensity?: number];

const pack = (items: readonly ListedItem[]): string =>
  JSON.stringify(
    items.map(({ id, score, because, propensity }): Packed => {
      const packed = [id, score, because] as const;
      return propensity === undefined ? packed : [...packed, propensity];
    }),
  );

const listOf = (row: {
  readonly snapshot: string;
  readonly profile: string;
  readonly mark: string;
  readonly items: string;
}): RankedList => ({
  snapshot: row.snapshot,
  profile: row.profile,
  mark: row.mark,
  items: (JSON.parse(row.items) as readonly Packed[]).map(([id, score, because, propensity]) => ({
    id,
    score,
    because,
    ...(propensity === undefined ? {} : { propensity }),
  })),
});

/** The ranking's stores in PostgreSQL. */
export function createPostgresRankingStores(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): RankingStores {
  const { db, clock } = deps;
  return {
    lists: {
      async latest(kind, user) {
        const row = await statements.latestList.first(db, { user, kind });
        return row ? listOf(row) : null;
      },
      async find(kind, user, snapshot) {
        const row = await statements.findList.first(db, { user, kind, snapshot });
        return row ? listOf(row) : null;
      },
      async put(kind, owned) {
        if (owned.length === 0) return;
        const users = owned.map(({ userId }) => userId);
        await statements.putLists.run(db, {
          kind,
          users,
          snapshots: owned.map(({ list }) => list.snapshot),
          profiles: owned.map(({ list }) => list.profile),
          marks: owned.map(({ list }) => list.mark),
          items: owned.map(({ list }) => pack(list.items)),
          ends: owned.map(({ list }) => timeOfId(list.snapshot) + LIST_DAYS * DAY_MS),
        });
        await statements.trimLists.run(db, { kind, users });
      },
      async drop(kind, users) {
        if (users.length > 0) await statements.dropLists.run(db, { kind, users });
      },
    },
    profiles: {
      experiments: async (kind) =>
        (await statements.experiments.run(db, { kind })).map(({ config, share }) => ({
          profile: profileSchema.parse(JSON.parse(config)),
          share,
        })),
      async put(kind, { profile, share }) {
        const { version } = profile;
        if (share > 0)
          await statements.putExperiment.run(db, { kind, version, config: JSON.stringify(profile), share });
        else await statements.endExperiment.run(db, { kind, version });
      },
    },
    dismissals: {
      async dismiss(user, kind, item, until) {
        await statements.dismiss.run(db, { user, kind, item, until });
      },
      restore: async (user, kind, item) =>
        (await statements.restore.affected(db, { user, kind, item })) === 1,
      async among(user, kind, items, now) {
        if (items.length === 0) return new Set();
        const rows = await statements.dismissedAmong.run(db, { user, kind, items, now });
        return new Set(rows.map(({ item }) => item));
      },
    },
    served: {
      async append(entries) {
        if (entries.length === 0) return;
        await statements.appendServed.run(db, {
          requests: entries.map(({ requestId }) => requestId),
          positions: entries.map(({ position }) => position),
          users: entries.map(({ userId }) => userId),
          kinds: entries.map(({ kind }) => kind),
          items: entries.map(({ item }) => item),
          sources: entries.map(({ source }) => source),
          profiles: entries.map(({ profile }) => profile),
          propensities: entries.map(({ propensity }) => String(propensity)),
        });
      },
      async since(user, kind, lo) {
        const hi = firstIdAt(clock.now() + DAY_MS);
        const rows = await statements.servedSince.run(db, { user, kind, lo, hi, limit: MAX_SERVED });
        return rows.map((row) => ({ userId: user, kind, ...row }));
      },
    },
  };
}
