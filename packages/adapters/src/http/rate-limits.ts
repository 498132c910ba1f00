import {
  type Actor,
  type RateLimitClass,
  type RateLimiter,
  type RateLimitRule,
  type RateLimitVerdict,
  SocialError,
} from '@socialkit/core';

const FIVE_MINUTES = 5 * 60_000;

/**
 * The limits of the HTTP surface, each per five minutes. `user` and `anonymous` count every call, per account and per
 * client network; `network` counts the signed-in calls of one network, so that one address cannot hide behind many
 * accounts; the rest count calls of one class beside that.
 */
export const HTTP_LIMITS = Object.freeze({
  user: { name: 'user', limit: 1500, windowMs: FIVE_MINUTES },
  anonymous: { name: 'anonymous', limit: 300, windowMs: FIVE_MINUTES },
  network: { name: 'network', limit: 15_000, windowMs: FIVE_MINUTES },
  write: { name: 'write', limit: 300, windowMs: FIVE_MINUTES },
  search: { name: 'search', limit: 150, windowMs: FIVE_MINUTES },
  anonymous_search: { name: 'anonymous_search', limit: 60, windowMs: FIVE_MINUTES },
  staff: { name: 'staff', limit: 600, windowMs: FIVE_MINUTES },
}) satisfies Readonly<Record<string, RateLimitRule>>;

/** Names of the HTTP limits. */
export type HttpLimitName = keyof typeof HTTP_LIMITS;
/** Other numbers for some limits; a limit can be raised, not switched off. */
export type HttpLimitOverrides = Readonly<
  Partial<Record<HttpLimitName, { readonly limit: number; readonly windowMs: number }>>
>;

/** @throws TypeError for a limit below 1 or a window below a second */
export function resolveLimits(
  overrides: HttpLimitOverrides = {},
): Readonly<Record<HttpLimitName, RateLimitRule>> {
  const entries = Object.entries(HTTP_LIMITS).map(([name, rule]) => {
    const merged: RateLimitRule = { ...rule, ...overrides[name as HttpLimitName] };
    if (!(Number.isSafeInteger(merged.limit) && merged.limit >= 1 && merged.windowMs >= 1000))
      throw new TypeError(`the limit ${name} must allow at least 1 call in a window of at least 1000 ms`);
    return [name, merged];
  });
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<HttpLimitName, RateLimitRule>>;
}

type Demands = Parameters<RateLimiter['consume']>[0];

/** Which limits one call counts under. */
export function demandsOf(
  limits: Readonly<Record<HttpLimitName, RateLimitRule>>,
  actor: Actor,
  network: string,
  kind: RateLimitClass,
): Demands {
  const fromNetwork = `n:${network}`;
  if (actor.kind === 'anonymous')
    return [
      { rule: limits.anonymous, key: fromNetwork },
      ...(kind === 'search' ? [{ rule: limits.anonymous_search, key: fromNetwork }] : []),
    ];
  const account = actor.kind === 'system' ? `s:${actor.name}` : `u:${actor.id}`;
  return [
    { rule: limits.user, key: account },
    ...(kind === 'read' || kind === 'own' ? [] : [{ rule: limits[kind], key: account }]),
    { rule: limits.network, key: fromNetwork },
  ];
}

/** Response headers of `draft-ietf-httpapi-ratelimit-headers`: every rule that was counted, times in seconds. */
export function rateLimitHeaders(
  demands: Demands,
  verdicts: readonly RateLimitVerdict[],
): { readonly 'ratelimit-policy': string; readonly ratelimit: string } {
  const quoted = (i: number) => `"${demands[i]?.rule.name}"`;
  const seconds = (ms: number) => Math.ceil(ms / 1000);
  return {
    'ratelimit-policy': verdicts
      .map((verdict, i) => `${quoted(i)};q=${verdict.limit};w=${seconds(demands[i]?.rule.windowMs ?? 0)}`)
      .join(', '),
    ratelimit: verdicts
      .map((verdict, i) => `${quoted(i)};r=${verdict.remaining};t=${seconds(verdict.resetMs)}`)
      .join(', '),
  };
}

/** @returns the error of a refused call, or null: request.rate_limited (rate_limited) with the longest wait */
export function refusalOf(demands: Demands, verdicts: readonly RateLimitVerdict[]): SocialError | null {
  const refused = verdicts.findIndex((verdict) => !verdict.allowed);
  if (refused === -1) return null;
  const retryAfterMs = Math.max(...verdicts.map((verdict) => verdict.retryAfterMs));
  return new SocialError(
    'rate_limited',
    'request.rate_limited',
    `the limit "${demands[refused]?.rule.name}" is used up`,
    { retryAfterMs },
  );
}
