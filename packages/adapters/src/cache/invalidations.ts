/** Remembers which keys were invalidated when, so that a value read before an invalidation is not kept after it. */
export interface InvalidationLog {
  /** The present moment, to ask about later. */
  mark(): number;
  note(key: string): void;
  /** Everything was invalidated. */
  noteAll(): void;
  /** Whether `key` was invalidated after `mark`; true also when that is no longer known. */
  since(key: string, mark: number): boolean;
}

/** @param capacity keys remembered; older moments are answered with "yes" @default 10000 */
export function createInvalidationLog(capacity = 10_000): InvalidationLog {
  const last = new Map<string, number>();
  let moment = 0;
  /** Marks below this cannot be answered any more. */
  let horizon = 0;
  return {
    mark: () => moment,
    note(key) {
      last.delete(key);
      last.set(key, ++moment);
      if (last.size <= capacity) return;
      const [oldest, at] = last.entries().next().value as [string, number];
      last.delete(oldest);
      horizon = at;
    },
    noteAll() {
      last.clear();
      horizon = ++moment;
    },
    since: (key, mark) => mark < horizon || (last.get(key) ?? 0) > mark,
  };
}
