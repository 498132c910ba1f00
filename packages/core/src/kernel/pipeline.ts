import type { CursorCodec, Page } from './page.js';

/** The four steps of every listing: skeleton, hydrate, rules, present. */
export interface ReadPipeline<P, E, H, T> {
  /** Items wanted. */
  readonly limit: number;
  /** Where the previous page ended; null for the first page. */
  readonly after: P | null;
  readonly codec: CursorCodec<P>;
  /**
   * Ids and positions only, in listing order, strictly behind `after`. Fewer than `count` entries mean the
   * listing is exhausted.
   */
  skeleton(after: P | null, count: number): Promise<readonly E[]>;
  position(entry: E): P;
  /** One batch: the entry's hydrated form, or null when the viewer may not see it or it is gone. Same order and length. */
  hydrate(entries: readonly E[]): Promise<readonly (H | null)[]>;
  /** Pure viewer rules over what was hydrated: false leaves the item out. @default keeps all */
  rules?(hydrated: H, entry: E): boolean;
  /** The item as the caller gets it. */
  present(hydrated: H, entry: E): T;
}

/** Refill rounds at most: with doubling batches a page looks behind itself up to several thousand hidden entries. */
export const MAX_REFILL_ROUNDS = 8;
/** Entries asked for in one refill round at most. */
export const MAX_REFILL_BATCH = 400;

/**
 * Runs a read pipeline until the page is full or the listing ends.
 *
 * Guarantees: items keep the order of the skeleton; nothing repeats or is skipped while rows arrive,
 * because positions are keyset values; `nextCursor` is the position behind the last *examined* entry. The
 * refill is bounded by {@link MAX_REFILL_ROUNDS}: only a reader whose next thousands of entries are all hidden
 * sees a short page with a cursor.
 */
export async function readPage<P, E, H, T>(pipeline: ReadPipeline<P, E, H, T>): Promise<Page<T>> {
  const items: T[] = [];
  let after = pipeline.after;
  let batch = pipeline.limit;
  for (let round = 0; round < MAX_REFILL_ROUNDS; round++) {
    // One more than needed tells "exactly full" from "there is more" without hydrating it.
    const entries = await pipeline.skeleton(after, batch + 1);
    const exhausted = entries.length <= batch;
    const examined = exhausted ? entries : entries.slice(0, batch);
    const hydrated = examined.length > 0 ? await pipeline.hydrate(examined) : [];
    for (let i = 0; i < examined.length; i++) {
      const entry = examined[i] as E;
      const item = hydrated[i];
      after = pipeline.position(entry);
      if (item === null || item === undefined) continue;
      if (pipeline.rules && !pipeline.rules(item, entry)) continue;
      items.push(pipeline.present(item, entry));
      if (items.length === pipeline.limit) {
        const more = !exhausted || i < examined.length - 1;
        return { items, nextCursor: more ? pipeline.codec.encode(after) : null };
      }
    }
    if (exhausted) return { items, nextCursor: null };
    batch = Math.min(batch * 2, MAX_REFILL_BATCH);
  }
  return { items, nextCursor: after === null ? null : pipeline.codec.encode(after) };
}
