import { type Cache, type Clock, systemClock } from '@socialkit/core';
import { LRUCache } from 'lru-cache';
import { createFlights } from './flights.js';
import { createInvalidationLog } from './invalidations.js';
import { cacheKey } from './key.js';

/** Options of the cache in the process. */
export interface LruOptions {
  /** Bytes of keys and values held at most, counting two a character. @default 32 MiB */
  readonly maxBytes?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** The store beneath: the least recently used leave first, expired entries are never returned. */
export interface LruStore {
  get(key: string): string | undefined;
  /** @param ttlMs milliseconds; values above an eighth of the whole are not held */
  set(key: string, value: string, ttlMs: number): void;
  delete(key: string): void;
  clear(): void;
}

/** Bytes an entry costs beside its text. */
const ENTRY_OVERHEAD = 100;

export function createLruStore(options: LruOptions = {}): LruStore {
  const { maxBytes = 32 * 1024 * 1024, clock = systemClock } = options;
  const held = new LRUCache<string, { readonly value: string; readonly expiresAt: number }>({
    maxSize: maxBytes,
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 8)),
    sizeCalculation: (entry, key) => (key.length + entry.value.length) * 2 + ENTRY_OVERHEAD,
  });
  return {
    get(key) {
      const entry = held.get(key);
      if (entry === undefined) return undefined;
      if (entry.expiresAt > clock.now()) return entry.value;
      held.delete(key);
      return undefined;
    },
    set(key, value, ttlMs) {
      if (ttlMs > 0) held.set(key, { value, expiresAt: clock.now() + ttlMs });
      else held.delete(key);
    },
    delete: (key) => void held.delete(key),
    clear: () => held.clear(),
  };
}

/** The cache of one process: for the embedded default and for single-node hosts. */
export function createLruCache(options: LruOptions = {}): Cache {
  const store = createLruStore(options);
  const flights = createFlights();
  const invalidations = createInvalidationLog();
  return {
    async getMany(namespace, keys) {
      const found = new Map<string, string>();
      for (const key of keys) {
        const value = store.get(cacheKey(namespace, key));
        if (value !== undefined) found.set(key, value);
      }
      return found;
    },
    async setMany(namespace, entries, ttlMs) {
      for (const [key, value] of entries) store.set(cacheKey(namespace, key), value, ttlMs);
    },
    async invalidate(namespace, keys) {
      for (const name of keys) {
        const key = cacheKey(namespace, name);
        invalidations.note(key);
        flights.forget(key);
        store.delete(key);
      }
    },
    async fetch(namespace, name, ttlMs, load) {
      const key = cacheKey(namespace, name);
      const held = store.get(key);
      if (held !== undefined) return held;
      return flights.share(key, async () => {
        const mark = invalidations.mark();
        const value = await load();
        if (!invalidations.since(key, mark)) store.set(key, value, ttlMs);
        return value;
      });
    },
    async close() {
      invalidations.noteAll();
      flights.forgetAll();
      store.clear();
    },
  };
}
