/** Ends what stays silent. */
export interface HelloWatch<C> {
  add(connection: C): void;
  /** It spoke, or is gone. */
  delete(connection: C): void;
}

/** One timer for all connections that have said nothing yet: all have the same time, so the oldest is the next. */
export function createHelloWatch<C>(ms: number, late: (connection: C) => void): HelloWatch<C> {
  /** Monotonic milliseconds until which each may be silent, in order. */
  const waiting = new Map<C, number>();
  let timer: NodeJS.Timeout | null = null;
  const arm = () => {
    const [next] = waiting.values();
    if (next === undefined || timer !== null) return;
    timer = setTimeout(look, Math.max(1, Math.ceil(next - performance.now())));
  };
  const look = () => {
    timer = null;
    const now = performance.now();
    for (const [connection, until] of waiting) {
      if (until > now) break;
      waiting.delete(connection);
      late(connection);
    }
    arm();
  };
  return {
    add(connection) {
      waiting.set(connection, performance.now() + ms);
      arm();
    },
    delete(connection) {
      if (!waiting.delete(connection) || waiting.size > 0 || timer === null) return;
      clearTimeout(timer);
      timer = null;
    },
  };
}
