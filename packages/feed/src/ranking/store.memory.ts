import { compareIds, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import type { StoredProfile } from './experiments.js';
import type { OwnedList, RankingStores, Served } from './store.js';

const KEPT_LISTS = 2;
const MAX_SERVED = 2000;

interface ListRow extends OwnedList {
  readonly kind: string;
}
interface ProfileRow {
  readonly kind: string;
  readonly stored: StoredProfile;
}
interface DismissalRow {
  readonly until: number;
}

const lists = (tables: MemoryTables) => tables.table<ListRow>('rec_lists');
const profiles = (tables: MemoryTables) => tables.table<ProfileRow>('rec_profiles');
const dismissals = (tables: MemoryTables) => tables.table<DismissalRow>('rec_dismissed');
const served = (tables: MemoryTables) => tables.table<Served>('rec_served');

/** The reference {@link RankingStores}. */
export function createMemoryRankingStores(session: MemorySession): RankingStores {
  const ofUser = (tables: MemoryTables, kind: string, userId: string) =>
    [...lists(tables).rows()]
      .filter((row) => row.kind === kind && row.userId === userId)
      .sort((a, b) => compareIds(b.list.snapshot, a.list.snapshot));
  const keyOfList = ({ kind, userId, list }: ListRow) => keyOf(kind, userId, list.snapshot);
  return {
    lists: {
      latest: (kind, userId) => session.run((tables) => ofUser(tables, kind, userId)[0]?.list ?? null),
      find: (kind, userId, snapshot) =>
        session.run((tables) => lists(tables).get(keyOf(kind, userId, snapshot))?.list ?? null),
      put: (kind, owned) =>
        session.run((tables) => {
          for (const { userId, list } of owned) {
            const row: ListRow = { kind, userId, list };
            lists(tables).put(keyOfList(row), row);
            for (const old of ofUser(tables, kind, userId).slice(KEPT_LISTS))
              lists(tables).remove(keyOfList(old));
          }
        }),
      drop: (kind, userIds) =>
        session.run((tables) => {
          for (const userId of userIds)
            for (const row of ofUser(tables, kind, userId)) lists(tables).remove(keyOfList(row));
        }),
    },
    profiles: {
      experiments: (kind) =>
        session.run((tables) =>
          [...profiles(tables).rows()]
            .filter((row) => row.kind === kind)
            .map(({ stored }) => stored)
            .sort((a, b) => (a.profile.version < b.profile.version ? -1 : 1)),
        ),
      put: (kind, stored) =>
        session.run((tables) => {
          const key = keyOf(kind, stored.profile.version);
          if (stored.share > 0) profiles(tables).put(key, { kind, stored });
          else profiles(tables).remove(key);
        }),
    },
    dismissals: {
      dismiss: (userId, kind, item, until) =>
        session.run((tables) => dismissals(tables).put(keyOf(userId, kind, item), { until })),
      restore: (userId, kind, item) =>
        session.run((tables) => dismissals(tables).remove(keyOf(userId, kind, item))),
      among: (userId, kind, items, now) =>
        session.run(
          (tables) =>
            new Set(
              items.filter((item) => (dismissals(tables).get(keyOf(userId, kind, item))?.until ?? 0) > now),
            ),
        ),
    },
    served: {
      append: (entries) =>
        session.run((tables) => {
          for (const entry of entries) {
            const key = keyOf(entry.requestId, entry.position);
            if (!served(tables).has(key)) served(tables).put(key, { ...entry });
          }
        }),
      since: (userId, kind, since) =>
        session.run((tables) =>
          [...served(tables).rows()]
            .filter(
              (row) => row.userId === userId && row.kind === kind && compareIds(row.requestId, since) >= 0,
            )
            .sort((a, b) => compareIds(b.requestId, a.requestId) || a.position - b.position)
            .slice(0, MAX_SERVED),
        ),
    },
  };
}
