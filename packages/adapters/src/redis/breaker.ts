/** A circuit breaker: after repeated failures calls are refused at once instead of waiting for a deadline each. */
export interface Breaker {
  /** Whether a call may go out now. While open, one call at a time is let through after each pause, as a probe. */
  admits(): boolean;
  succeeded(): void;
  failed(): void;
  /** Closes it without waiting for a probe, for example because the connection is back. */
  reset(): void;
  readonly open: boolean;
}

/** Options of {@link createBreaker}. */
export interface BreakerOptions {
  /** Failures in a row that open it. @default 3 */
  readonly threshold?: number;
  /** Milliseconds before the first probe; doubles with every failed probe. @default 250 */
  readonly pauseMs?: number;
  /** Milliseconds between probes at most. @default 4000 */
  readonly maxPauseMs?: number;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Starts closed. A failed probe opens it again for twice as long; a success closes it. Time is measured on a
 * monotonic clock: a stepping wall clock neither holds it open nor closes it.
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  const { threshold = 3, pauseMs = 250, maxPauseMs = 4000, now = () => performance.now() } = options;
  let failures = 0;
  let pause = pauseMs;
  /** When the next probe may go; null while closed. */
  let probeAt: number | null = null;
  return {
    get open() {
      return probeAt !== null;
    },
    admits() {
      if (probeAt === null) return true;
      if (now() < probeAt) return false;
      // Moving the next probe away first lets exactly one caller through, and another if that one never reports.
      probeAt = now() + pause;
      return true;
    },
    succeeded() {
      failures = 0;
      pause = pauseMs;
      probeAt = null;
    },
    failed() {
      failures++;
      if (probeAt !== null) pause = Math.min(pause * 2, maxPauseMs);
      if (failures >= threshold) probeAt = now() + pause;
    },
    reset() {
      failures = 0;
      pause = pauseMs;
      probeAt = null;
    },
  };
}
