import type { Id } from '@socialkit/core';

/** Somebody took an item. */
export interface ItemInteraction {
  readonly userId: Id;
  readonly item: string;
}

/** Who took which items of the host's catalogues. Single statements. */
export interface ItemStore {
  /** Remembers interactions; one that is there already gets the new time. @param at Unix ms @returns how many are new */
  record(catalogue: string, interactions: readonly ItemInteraction[], at: number): Promise<number>;
  /** Forgets an item. @returns how many interactions it had */
  withdraw(catalogue: string, item: string): Promise<number>;
  /** What a user took, newest first, ties by the item, at most `limit`. */
  taken(catalogue: string, userId: Id, limit: number): Promise<readonly string[]>;
  /** A text that changes whenever the user takes something, or what he took is forgotten. */
  mark(catalogue: string, userId: Id): Promise<string>;
  /** How many users took each of `items`; nobody's are absent. */
  takers(catalogue: string, items: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The most taken items, ties by the item. */
  popular(
    catalogue: string,
    limit: number,
  ): Promise<readonly { readonly item: string; readonly users: number }[]>;
  /** What users above `after` took, of each at most 1,000: for batches. Ascending by user; users without any are absent. */
  page(
    catalogue: string,
    after: Id | null,
    limit: number,
  ): Promise<readonly { readonly userId: Id; readonly items: readonly string[]; readonly mark: string }[]>;
  /** Friends of a user, at most 1,000. */
  friends(userId: Id): Promise<readonly Id[]>;
  /** Every catalogue with an interaction. */
  catalogues(): Promise<readonly string[]>;
}
