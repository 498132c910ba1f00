/**
 * A cache of values that can always be computed again. Never a source of truth: policy runs on what comes
 * out of it, and every failure of it is a miss.
 */
export interface Cache {
  /** The values held, by key; missing and expired keys are absent. Never throws. */
  getMany(namespace: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** @param ttlMs milliseconds; entries may leave earlier */
  setMany(namespace: string, entries: ReadonlyMap<string, string>, ttlMs: number): Promise<void>;
  /** Forgets keys here and, for a shared cache, on every node. Never throws. */
  invalidate(namespace: string, keys: readonly string[]): Promise<void>;
  /**
   * The cached value or what `load` gives, stored for `ttlMs`. Single flight: concurrent calls for one key in
   * one process share one `load`. An invalidation during `load` keeps its result from being stored.
   */
  fetch(namespace: string, key: string, ttlMs: number, load: () => Promise<string>): Promise<string>;
  close(): Promise<void>;
}

/** Time to live of each namespace in milliseconds: upper bounds, events invalidate long before. */
export const CACHE_TTL_MS = Object.freeze({
  /** Account profiles. */
  profile: 60 * 60_000,
  /** Serialised public part of a post; keyed by revision, so it can never be stale. */
  fragment: 60 * 60_000,
  /** First page of a home feed. */
  feed: 15 * 60_000,
  /** Engagement counts. */
  counts: 10 * 60_000,
});
