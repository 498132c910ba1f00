import { compareIds, type Id, newestFirst } from '@socialkit/core';

/** Ids of one source, newest first, and how far down they are all there are. */
export interface Source {
  readonly ids: readonly Id[];
  /** Everything of this source from here on is in `ids`; `0` when nothing older exists. */
  readonly floor: Id;
}

/** The floor of a source that has nothing older. */
export const NO_FLOOR: Id = '0';

/** Sorts newest first and removes doubles. */
export function sortUnique(ids: Id[]): Id[] {
  ids.sort(newestFirst);
  let kept = 0;
  for (let i = 0; i < ids.length; i++) if (i === 0 || ids[i] !== ids[i - 1]) ids[kept++] = ids[i] as Id;
  ids.length = kept;
  return ids;
}

/**
 * Merges sources down to the newest of their floors: below it some source may hold ids that another does not show, and
 * a list that went on would skip them.
 *
 * @param before ids from here on are left out; null for none
 */
export function mergeSources(sources: readonly Source[], before: Id | null): Source {
  let floor = NO_FLOOR;
  for (const source of sources) if (compareIds(source.floor, floor) > 0) floor = source.floor;
  const merged: Id[] = [];
  for (const { ids } of sources) {
    for (const id of ids) {
      if (before !== null && compareIds(id, before) >= 0) continue;
      if (compareIds(id, floor) < 0) break;
      merged.push(id);
    }
  }
  return { ids: sortUnique(merged), floor };
}
