import { compareIds, type Id } from '@socialkit/core';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { listPartitions } from '../partitions.js';

/** A month of posts: its partitions by name and the ids they hold, `from` inclusive, `to` exclusive. */
export interface Month {
  readonly posts: string;
  readonly reactions: string;
  readonly from: Id;
  readonly to: Id;
}

/** Months for which statements of their own are kept prepared; older posts are read through the parent tables. */
const RECENT_MONTHS = 6;

/** Knows which partitions there are, so that statements can name them. */
export interface MonthDirectory {
  /**
   * The one or two neighbouring recent months that hold all ids between two, older first; null when there are none such.
   * Looks into the catalogue when the ids are newer than everything known.
   */
  spanning(lo: Id, hi: Id): readonly Month[] | null | Promise<readonly Month[] | null>;
  /** The recent months that hold ids between two, older first: the same array for the same months; null when none is known. */
  between(lo: Id, hi: Id): readonly Month[] | null;
  /** Forgets what is known: a partition turned out to be gone. */
  forget(): void;
}

/**
 * A statement on a partitioned table locks and prepares every partition there is before it prunes them: with 60 months that is
 * half of the cost of hydrating a page. Pages are nearly always of this month and the last, so those are named.
 */
export function createMonthDirectory(db: Kysely<Database>): MonthDirectory {
  // Oldest first.
  let known: readonly Month[] | undefined;
  // One array a stretch, so that two questions about the same months hold the same one.
  let stretches = new Map<string, readonly Month[]>();
  let loading: Promise<readonly Month[]> | undefined;

  const load = async (): Promise<readonly Month[]> => {
    const partitions = await listPartitions(db);
    const reactions = new Map(
      partitions.filter(({ table }) => table === 'reactions').map((partition) => [partition.from, partition]),
    );
    return partitions
      .filter(({ table }) => table === 'posts')
      .flatMap(({ name, from, to }): Month[] => {
        const beside = reactions.get(from);
        return beside?.to === to ? [{ posts: name, reactions: beside.name, from, to }] : [];
      })
      .sort((a, b) => compareIds(a.from, b.from))
      .slice(-RECENT_MONTHS);
  };

  const among = (months: readonly Month[], lo: Id, hi: Id): readonly Month[] | null => {
    const holds = (id: Id) => (month: Month) =>
      compareIds(id, month.from) >= 0 && compareIds(id, month.to) < 0;
    const last = months.findIndex(holds(hi));
    const first = last < 0 ? -1 : months.findIndex(holds(lo));
    if (first < 0 || last - first > 1) return null;
    const key = `${first} ${last}`;
    const stretch = stretches.get(key) ?? months.slice(first, last + 1);
    stretches.set(key, stretch);
    return stretch;
  };

  const loadAgain = async (lo: Id, hi: Id) => {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    known = await loading;
    stretches = new Map();
    return among(known, lo, hi);
  };

  return {
    spanning(lo, hi) {
      const newest = known?.at(-1);
      return known === undefined || newest === undefined || compareIds(hi, newest.to) >= 0
        ? loadAgain(lo, hi)
        : among(known, lo, hi);
    },
    between(lo, hi) {
      const found = (known ?? []).filter(
        ({ from, to }) => compareIds(to, lo) > 0 && compareIds(from, hi) <= 0,
      );
      const key = found.map(({ posts }) => posts).join(' ');
      const stretch = stretches.get(key) ?? found;
      stretches.set(key, stretch);
      return stretch.length === 0 ? null : stretch;
    },
    forget() {
      known = undefined;
    },
  };
}
