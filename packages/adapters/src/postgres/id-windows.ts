import { compareIds, firstIdAt, type Id, timeOfId } from '@socialkit/core';
import { monthOf } from './partitions.js';

/** Ids made on a node whose clock runs ahead are still found by a listing that begins now, in milliseconds. */
const CLOCK_SKEW_MS = 60 * 60_000;
/** Months looked at first, and by how much each look reaches further. */
const FIRST_MONTHS = 2;
const WIDENING = 4;

/** A stretch of ids: `from` inclusive, `before` exclusive. */
export interface IdWindow {
  readonly from: Id;
  readonly before: Id;
}

/** The id no committed row is above. @param now Unix ms */
export const topId = (now: number): Id => firstIdAt(now + CLOCK_SKEW_MS);

/**
 * Stretches of ids one behind the other, newest first, for walks over monthly partitions: two months, then four times as far
 * back with each, so that whoever finds enough soon touches two partitions, and a walk through all of history takes few steps.
 *
 * @param before where the walk begins, exclusive
 * @param since the walk ends at the month before the one of this id: nothing of an account is older than the account
 */
export function* idWindows(before: Id, since: Id): Generator<IdWindow> {
  const start = timeOfId(before);
  const end = monthOf(timeOfId(since), -1).from;
  let top = before;
  for (let months = FIRST_MONTHS; ; months *= WIDENING) {
    const wide = monthOf(start, 1 - months).from;
    const from = compareIds(wide, end) > 0 ? wide : end;
    yield { from, before: top };
    if (from === end) return;
    top = from;
  }
}

/**
 * Collects a listing window by window until there is enough or the walk ends.
 * @param read gives up to `limit` items of a window, newest first
 */
export async function collectWindows<T>(
  walk: { readonly before: Id; readonly since: Id; readonly limit: number },
  read: (window: IdWindow, limit: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const window of idWindows(walk.before, walk.since)) {
    found.push(...(await read(window, walk.limit - found.length)));
    if (found.length >= walk.limit) break;
  }
  return found;
}
