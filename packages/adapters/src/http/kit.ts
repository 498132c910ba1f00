import type { Actor, BoundSlice, RateLimiter, RealtimeHub, Runtime } from '@socialkit/core';

/** The part of a kit that HTTP needs; what `createSocialKit` returns has it. */
export interface HttpKit {
  readonly slices: readonly BoundSlice[];
  readonly runtime: Pick<Runtime, 'clock' | 'logger'>;
  readonly rateLimiter: RateLimiter;
  /** Serves `GET /events` where there is one. */
  readonly realtime?: { readonly hub: RealtimeHub };
  /** `ready` when calls can be served. */
  health(): Promise<{ readonly ready: boolean }>;
}

/**
 * Who a request comes from, as the host knows it. Null is a caller without a session.
 *
 * @throws SocialError unauthenticated for a session that is not valid: it is not served as anonymous
 */
export type Authenticate = (request: Request) => Actor | null | Promise<Actor | null>;

/** What the server knows of the connection a request came by. */
export interface ClientConnection {
  /** The peer's IP address. */
  readonly address?: string | undefined;
}
