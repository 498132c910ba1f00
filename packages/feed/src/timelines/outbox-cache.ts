import { compareIds, type Id } from '@socialkit/core';
import { NO_FLOOR, type Source } from './merge.js';
import type { Outbox } from './store.js';

/** Reads the newest ids of several outboxes by one statement. */
export type OutboxLoader = (keys: readonly string[], limit: number) => Promise<ReadonlyMap<string, Outbox>>;

/** The newest ids of authors or hashtags, kept in this process. */
export interface OutboxCache {
  /** One source per key; what is not held is loaded by one batch. @throws what the loader throws */
  read(keys: readonly string[]): Promise<readonly Source[]>;
  /** A post was published: held outboxes, and those being loaded, get it. */
  add(key: string, id: Id): void;
  /** Forgets everything, for example when messages were missed. */
  clear(): void;
}

/** Options of {@link createOutboxCache}. */
export interface OutboxCacheOptions {
  /** Newest ids kept of each. @default 100 */
  readonly depth?: number;
  /** Milliseconds after which an outbox is read again, in case a message was lost. @default 15000 */
  readonly ttlMs?: number;
  /** Outboxes kept at most. @default 5000 */
  readonly max?: number;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

interface Held {
  ids: Id[];
  floor: Id;
  readonly loadedAt: number;
}

const insert = (held: Held, id: Id, depth: number) => {
  let at = 0;
  while (at < held.ids.length && compareIds(held.ids[at] as Id, id) > 0) at++;
  if (held.ids[at] === id || compareIds(id, held.floor) < 0) return;
  held.ids.splice(at, 0, id);
  if (held.ids.length <= depth) return;
  held.ids.length = depth;
  held.floor = held.ids[depth - 1] as Id;
};

/**
 * Outboxes fed by messages, with a short life as the safety net. A message that arrives while its outbox is being loaded is not
 * lost: the load may have begun before the post was committed.
 */
export function createOutboxCache(load: OutboxLoader, options: OutboxCacheOptions = {}): OutboxCache {
  const { depth = 100, ttlMs = 15_000, max = 5000, now = () => performance.now() } = options;
  const outboxes = new Map<string, Held>();
  /** Keys being loaded, with what was published meanwhile. */
  const loading = new Map<string, { readonly done: Promise<unknown>; readonly added: Id[] }>();
  let generation = 0;

  const keep = (key: string, outbox: Outbox | undefined, at: number, begun: number, added: readonly Id[]) => {
    const ids = [...(outbox?.ids ?? [])];
    const held: Held = { ids, floor: outbox?.more ? (ids.at(-1) ?? NO_FLOOR) : NO_FLOOR, loadedAt: at };
    for (const id of added) insert(held, id, depth);
    // What was loaded before a gap serves its own caller, and nobody after the gap.
    if (begun !== generation) return held;
    outboxes.delete(key);
    outboxes.set(key, held);
    const oldest = outboxes.size > max ? outboxes.keys().next().value : undefined;
    if (oldest !== undefined) outboxes.delete(oldest);
    return held;
  };

  const fresh = (key: string): Held | undefined => {
    const held = outboxes.get(key);
    return held && now() - held.loadedAt < ttlMs ? held : undefined;
  };

  const loadAll = (keys: readonly string[]): Promise<ReadonlyMap<string, Held>> => {
    const at = now();
    const begun = generation;
    const waiting = new Map(keys.map((key) => [key, [] as Id[]]));
    const done = load(keys, depth)
      .then(
        (found) =>
          new Map(keys.map((key) => [key, keep(key, found.get(key), at, begun, waiting.get(key) ?? [])])),
      )
      .finally(() => {
        for (const key of keys) if (loading.get(key)?.done === done) loading.delete(key);
      });
    for (const [key, added] of waiting) loading.set(key, { done, added });
    return done;
  };

  return {
    async read(keys) {
      const found = new Map<string, Held>();
      const missing: string[] = [];
      const running = new Set<Promise<unknown>>();
      for (const key of keys) {
        const held = fresh(key);
        const load = loading.get(key);
        if (held) found.set(key, held);
        else if (load) running.add(load.done);
        else missing.push(key);
      }
      const loads = [...running] as Promise<ReadonlyMap<string, Held>>[];
      if (missing.length > 0) loads.push(loadAll(missing));
      for (const loaded of await Promise.all(loads)) for (const [key, held] of loaded) found.set(key, held);
      return keys.map((key) => found.get(key) ?? { ids: [], floor: NO_FLOOR });
    },
    add(key, id) {
      loading.get(key)?.added.push(id);
      const held = outboxes.get(key);
      if (held) insert(held, id, depth);
    },
    clear() {
      generation++;
      outboxes.clear();
      loading.clear();
    },
  };
}
