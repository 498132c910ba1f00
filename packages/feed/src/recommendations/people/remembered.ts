/** Keeps what was read for a while; concurrent readers share one read, a failed one is forgotten. */
export function remembered<T>(read: () => Promise<T>, ttlMs: number, now: () => number): () => Promise<T> {
  let held: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (held && now() < held.until) return held.value;
    const value = read();
    held = { value, until: now() + ttlMs };
    value.catch(() => {
      if (held?.value === value) held = undefined;
    });
    return value;
  };
}
