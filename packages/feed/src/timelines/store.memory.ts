import type { Clock, Id } from '@socialkit/core';
import { createRing, type Ring } from './ring.js';
import type { TimelineStore } from './store.js';
import { BUILD_LIMIT_MS, resolveTimelineOptions, type TimelineOptions } from './store.options.js';

interface Timeline {
  readonly build: Id;
  ring: Ring;
  building: boolean;
  /** Unix ms. */
  endsAt: number;
}

/** Timelines that several stores share: two handles on one back-end. */
export type MemoryTimelines = Map<Id, Timeline>;

/** No timelines. */
export const createTimelineMap = (): MemoryTimelines => new Map();

const LOWEST = 0n;

/**
 * Timelines as ring buffers in this process: the reference {@link TimelineStore}, and the fastest one where there is one
 * process only.
 */
export function createMemoryTimelines(
  deps: { readonly clock: Clock; readonly timelines?: MemoryTimelines },
  options: TimelineOptions = {},
): TimelineStore {
  const { clock, timelines = createTimelineMap() } = deps;
  const { keep, slack, ttlMs } = resolveTimelineOptions(options);

  const live = (userId: Id): Timeline | undefined => {
    const found = timelines.get(userId);
    if (!found || found.endsAt > clock.now()) return found;
    timelines.delete(userId);
    return undefined;
  };
  const running = (userId: Id, build: Id) => {
    const found = live(userId);
    return found?.building && found.build === build ? found : undefined;
  };
  const split = (readers: string): readonly Id[] => (readers === '' ? [] : readers.split(','));

  return {
    async push(postId, readers) {
      const id = BigInt(postId);
      let active = 0;
      for (const userId of split(readers)) {
        const timeline = live(userId);
        if (!timeline) continue;
        timeline.ring.add(id);
        active++;
      }
      return active;
    },
    async read(userId, { before, limit }) {
      const timeline = live(userId);
      if (!timeline || timeline.building) return null;
      timeline.endsAt = clock.now() + ttlMs;
      const { ids, more } = timeline.ring.newest(before === null ? null : BigInt(before), limit);
      const last = ids.at(-1);
      const floor = more && last !== undefined ? last : timeline.ring.floor;
      return { build: timeline.build, ids: ids.map(String), floor: String(floor) };
    },
    async begin(userId, build) {
      if (live(userId)) return false;
      const endsAt = clock.now() + BUILD_LIMIT_MS;
      timelines.set(userId, { build, ring: createRing(keep, slack, LOWEST), building: true, endsAt });
      return true;
    },
    async fill(userId, build, ids, complete) {
      const timeline = running(userId, build);
      if (!timeline) return false;
      const last = ids.at(-1);
      const floor = complete || last === undefined ? LOWEST : BigInt(last);
      const ring = createRing(keep, slack, floor);
      for (const id of [...ids].reverse()) ring.add(BigInt(id));
      for (const id of [...timeline.ring.newest(null, keep + slack).ids].reverse()) ring.add(id);
      timeline.ring = ring;
      timeline.building = false;
      timeline.endsAt = clock.now() + ttlMs;
      return true;
    },
    async abandon(userId, build) {
      if (running(userId, build)) timelines.delete(userId);
    },
    async drop(userIds) {
      for (const userId of userIds) timelines.delete(userId);
    },
    countActive: async (readers) => split(readers).filter((userId) => live(userId)).length,
    size: async () => timelines.size,
    async close() {},
  };
}
