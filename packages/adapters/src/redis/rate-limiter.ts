import {
  type Clock,
  type Logger,
  type RateLimiter,
  type RateLimitRule,
  type RateLimitVerdict,
  silentLogger,
  systemClock,
} from '@socialkit/core';
import { createMemoryRateLimiter } from '../memory/rate-limiter.js';
import { SLICES, sliceMsOf } from '../memory/rate-window.js';
import type { RedisLink } from './connection.js';
import { defineScript } from './script.js';

/** Options of {@link createRedisRateLimiter}. */
export interface RedisRateLimiterOptions {
  /** Part of every limit that each process allows by itself while Redis is down. @default 0.25 */
  readonly localShare?: number;
  /** @default Redis's own clock, the same for all nodes */
  readonly clock?: Clock;
}

type Demand = Parameters<RateLimiter['consume']>[0][number];

// One hash a rule and key, from slice number to units taken; the same windows as in memory/rate-window.ts.
// ARGV: now in ms (or empty for the server's), then limit, window and slice length in ms, cost for each key.
const CONSUME = defineScript(`
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local slices = tonumber(ARGV[2])
local windows, asked, verdicts, refused = {}, {}, {}, false
for i, key in ipairs(KEYS) do
  local at = 3 + (i - 1) * 4
  local limit, windowMs, sliceMs, cost = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local window = windows[key]
  if not window then
    local slice, newest, counts, stale = math.floor(now / sliceMs), nil, {}, {}
    local held = redis.call('HGETALL', key)
    for f = 1, #held, 2 do
      local number = tonumber(held[f])
      counts[number] = tonumber(held[f + 1])
      if not newest or number > newest then newest = number end
    end
    if newest and newest - slice > slices then
      redis.call('DEL', key)
      counts, newest = {}, nil
    end
    if not newest or slice > newest then newest = slice end
    local used = 0
    for number, count in pairs(counts) do
      if newest - number > slices then stale[#stale + 1] = string.format('%.0f', number) else used = used + count end
    end
    for s = 1, #stale do counts[tonumber(stale[s])] = nil end
    window = { newest = newest, counts = counts, used = used, sliceMs = sliceMs, windowMs = windowMs, stale = stale }
    windows[key] = window
    asked[key] = 0
  end
  asked[key] = asked[key] + cost
  local total = asked[key]
  local allowed = window.used + total <= limit
  local retry = 0
  if not allowed then
    refused = true
    retry = windowMs
    local left = window.used
    if total <= limit then
      for age = slices, 0, -1 do
        left = left - (window.counts[window.newest - age] or 0)
        if left + total <= limit then
          retry = (window.newest - age + slices + 1) * sliceMs - now
          break
        end
      end
    end
  end
  verdicts[i] = { allowed and 1 or 0, 0, 0, retry, window.newest }
end
if not refused then
  for key, window in pairs(windows) do
    window.used = window.used + asked[key]
    window.counts[window.newest] = (window.counts[window.newest] or 0) + asked[key]
    if #window.stale > 0 then redis.call('HDEL', key, unpack(window.stale)) end
    if asked[key] > 0 then
      redis.call('HINCRBY', key, string.format('%.0f', window.newest), asked[key])
      redis.call('PEXPIRE', key, window.sliceMs * (slices + 2))
    end
  end
end
for i, key in ipairs(KEYS) do
  local window, verdict = windows[key], verdicts[i]
  verdict[2] = math.max(0, tonumber(ARGV[3 + (i - 1) * 4]) - window.used)
  for age = 0, slices do
    if (window.counts[window.newest - age] or 0) > 0 then
      verdict[3] = (window.newest - age + slices + 1) * window.sliceMs - now
      break
    end
  end
end
return verdicts
`);

// KEYS: one a refund; ARGV: slice number and units for each.
const REFUND = defineScript(`
for i, key in ipairs(KEYS) do
  local slice, units = ARGV[i * 2 - 1], tonumber(ARGV[i * 2])
  local held = tonumber(redis.call('HGET', key, slice) or '0')
  if held > 0 then redis.call('HINCRBY', key, slice, -math.min(held, units)) end
end
return 1
`);

interface Answer {
  readonly verdict: RateLimitVerdict;
  /** The slice that was charged. */
  readonly slice: number;
}

const stricter = (rule: RateLimitRule, share: number): RateLimitRule => ({
  ...rule,
  limit: Math.max(1, Math.floor(rule.limit * share)),
});

/**
 * Counts for all nodes together, one atomic script a call.
 *
 * On a Cluster all rules of one key share a slot; a call about several keys runs one script a slot at the same time
 * and gives back what was taken when another refuses, so a call beside it may be refused a moment early, never
 * allowed too much. While Redis is down every process counts by itself against `localShare` of each limit.
 */
export function createRedisRateLimiter(
  deps: { readonly link: RedisLink; readonly logger?: Logger },
  options: RedisRateLimiterOptions = {},
): RateLimiter {
  const { link } = deps;
  const { localShare = 0.25, clock } = options;
  const logger = deps.logger ?? silentLogger;
  const local = createMemoryRateLimiter({ clock: clock ?? systemClock });
  let outage = false;

  // encodeURIComponent leaves no braces: the hash tag is the key and nothing else.
  const keyOf = (demand: Demand) =>
    link.key(`rl:{${encodeURIComponent(demand.key)}}:${encodeURIComponent(demand.rule.name)}`);

  const ask = async (demands: readonly Demand[]): Promise<Answer[]> => {
    const args = demands.flatMap(({ rule, cost = 1 }) => [
      rule.limit,
      rule.windowMs,
      sliceMsOf(rule.windowMs),
      cost,
    ]);
    const reply = await CONSUME.run(link, demands.map(keyOf), [clock?.now() ?? '', SLICES, ...args]);
    return (reply as number[][]).map(([allowed, remaining, resetMs, retryAfterMs, slice], i) => ({
      verdict: {
        allowed: allowed === 1,
        limit: (demands[i] as Demand).rule.limit,
        remaining: remaining as number,
        resetMs: resetMs as number,
        retryAfterMs: retryAfterMs as number,
      },
      slice: slice as number,
    }));
  };
  const refund = (demands: readonly Demand[], answers: readonly Answer[]) =>
    REFUND.run(
      link,
      demands.map(keyOf),
      demands.flatMap(({ cost = 1 }, i) => [(answers[i] as Answer).slice, cost]),
    );

  const askBySlot = async (demands: readonly Demand[]): Promise<readonly RateLimitVerdict[]> => {
    const groups = new Map<string, number[]>();
    demands.forEach((demand, i) => {
      groups.set(demand.key, [...(groups.get(demand.key) ?? []), i]);
    });
    const asked = await Promise.all(
      [...groups.values()].map(async (places) => {
        const own = places.map((place) => demands[place] as Demand);
        return { places, own, answers: await ask(own) };
      }),
    );
    const verdicts: RateLimitVerdict[] = [];
    const refused = asked.some(({ answers }) => answers.some(({ verdict }) => !verdict.allowed));
    for (const { places, own, answers } of asked) {
      const taken = answers.every(({ verdict }) => verdict.allowed);
      if (refused && taken) await refund(own, answers);
      places.forEach((place, i) => {
        const { verdict } = answers[i] as Answer;
        const back = refused && taken ? ((own[i] as Demand).cost ?? 1) : 0;
        verdicts[place] = { ...verdict, remaining: Math.min(verdict.limit, verdict.remaining + back) };
      });
    }
    return verdicts;
  };

  return {
    async consume(demands) {
      if (demands.length === 0) return [];
      try {
        const verdicts = link.cluster
          ? await askBySlot(demands)
          : (await ask(demands)).map(({ verdict }) => verdict);
        if (outage) logger.info({}, 'rate limits are shared again');
        outage = false;
        return verdicts;
      } catch (error) {
        if (!outage)
          logger.warn(
            { reason: error instanceof Error ? error.message : 'unknown' },
            'rate limits are local and stricter while Redis is down',
          );
        outage = true;
        return local.consume(
          demands.map((demand) => ({ ...demand, rule: stricter(demand.rule, localShare) })),
        );
      }
    },
    async close() {
      await local.close();
    },
  };
}
