import {
  type Actor,
  isSocialError,
  type RateLimitClass,
  type RateLimiter,
  type RateLimitRule,
  type RateLimitVerdict,
  SocialError,
  unavailable,
} from '@socialkit/core';
import { createAdmission } from './admission.js';
import type { HttpKit } from './kit.js';
import {
  demandsOf,
  type HttpLimitName,
  type HttpLimitOverrides,
  refusalOf,
  resolveLimits,
} from './rate-limits.js';
import { type Route, routesOf } from './routes.js';

/** What one call was counted under. */
export interface Counted {
  readonly demands: Parameters<RateLimiter['consume']>[0];
  readonly verdicts: readonly RateLimitVerdict[];
  /** request.rate_limited when the call is refused, else null. */
  readonly refusal: SocialError | null;
}

/**
 * Counts a call under the limits that HTTP and sockets share.
 * @throws limits.unavailable (unavailable) when calls cannot be counted
 */
export async function countCall(
  rateLimiter: RateLimiter,
  limits: Readonly<Record<HttpLimitName, RateLimitRule>>,
  caller: { readonly actor: Actor; readonly network: string; readonly kind: RateLimitClass },
): Promise<Counted> {
  const demands = demandsOf(limits, caller.actor, caller.network, caller.kind);
  const verdicts = await rateLimiter.consume(demands).catch((cause: unknown) => {
    throw isSocialError(cause)
      ? cause
      : unavailable('limits.unavailable', 'calls cannot be counted right now', { cause });
  });
  return { demands, verdicts, refusal: refusalOf(demands, verdicts) };
}

/** Calls operations by name, for transports that are no HTTP. */
export interface Dispatch {
  /**
   * The same as the operation's route: limits, permission, strict input, hooks.
   * @throws operation.not_found (not_found), request.rate_limited, request.overloaded, request.timeout, and what the operation throws
   */
  call(request: {
    readonly actor: Actor;
    readonly network: string;
    readonly operation: string;
    readonly input: Readonly<Record<string, unknown>>;
  }): Promise<unknown>;
  /** Whether an operation changes something; false for one that does not exist. */
  writes(operation: string): boolean;
}

/** @throws TypeError for limits that are none and for operations whose paths collide */
export function createDispatch(
  kit: Pick<HttpKit, 'slices' | 'rateLimiter'>,
  options: {
    /** Other numbers for some of `HTTP_LIMITS`. */
    readonly limits?: HttpLimitOverrides | undefined;
    /** Calls being worked on at a time. @default 512 */
    readonly capacity?: number;
    /** Milliseconds a call may take. @default 10000 */
    readonly deadlineMs?: number;
  } = {},
): Dispatch {
  const limits = resolveLimits(options.limits);
  const admission = createAdmission(options.capacity ?? 512);
  const deadlineMs = options.deadlineMs ?? 10_000;
  const routes = new Map<string, Route>(routesOf(kit.slices).map((route) => [route.operation.name, route]));

  const withDeadline = async <T>(work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new SocialError(
              'timeout',
              'request.timeout',
              `this took longer than ${deadlineMs} ms; a write may still have happened`,
            ),
          ),
        deadlineMs,
      );
    });
    try {
      return await Promise.race([work, deadline]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async call({ actor, network, operation, input }) {
      const route = routes.get(operation);
      const kind = route?.operation.rateLimit ?? 'read';
      const admitted = admission.enter(kind);
      try {
        admitted.keepRoomFor(actor);
        const { refusal } = await countCall(kit.rateLimiter, limits, { actor, network, kind });
        if (refusal) throw refusal;
        if (!route) throw new SocialError('not_found', 'operation.not_found', 'there is no such operation');
        return await withDeadline(route.call(actor, input));
      } finally {
        admitted.leave();
      }
    },
    writes: (operation) => routes.get(operation)?.operation.writes ?? false,
  };
}
