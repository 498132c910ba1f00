/** A named limit: `limit` units per `windowMs`. */
export interface RateLimitRule {
  readonly name: string;
  readonly limit: number;
  /** Milliseconds. */
  readonly windowMs: number;
}

/** The answer to one request for units. */
export interface RateLimitVerdict {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the window is whole again. */
  readonly resetMs: number;
  /** Milliseconds after which the same request can succeed; 0 when allowed. */
  readonly retryAfterMs: number;
}

/**
 * Counts atomically and, where the store is shared, across nodes. A denied request consumes nothing of any
 * rule: rules of one call are decided together.
 */
export interface RateLimiter {
  /** @param demands each with its rule and the key it counts under, for example the account or the client network */
  consume(
    demands: readonly { readonly rule: RateLimitRule; readonly key: string; readonly cost?: number }[],
  ): Promise<readonly RateLimitVerdict[]>;
  close(): Promise<void>;
}
