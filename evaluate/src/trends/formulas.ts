import { JUDGED, type Listing, type Stream } from './stream.js';

const DAY = 1440;

/** Distinct users of each tag within the last `length` minutes, kept up to date as time passes. */
function createCount(stream: Stream, length: number) {
  const people = new Map<string, Map<string, number>>();
  let [oldest, newest] = [0, 0];
  return {
    /** Distinct users by tag of the stretch that ends before `now`. */
    at(now: number): ReadonlyMap<string, ReadonlyMap<string, number>> {
      const { uses } = stream;
      for (let use = uses[newest]; use && use.minute < now; use = uses[++newest]) {
        const users = people.get(use.tag) ?? new Map<string, number>();
        users.set(use.user, (users.get(use.user) ?? 0) + 1);
        people.set(use.tag, users);
      }
      for (let use = uses[oldest]; use && use.minute < now - length; use = uses[++oldest]) {
        const users = people.get(use.tag);
        const left = (users?.get(use.user) ?? 0) - 1;
        if (left > 0) users?.set(use.user, left);
        else users?.delete(use.user);
        if (users?.size === 0) people.delete(use.tag);
      }
      return people;
    },
  };
}

const best = (scores: Iterable<readonly [string, number]>): readonly string[] =>
  [...scores]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, JUDGED.tags)
    .map(([tag]) => tag);

const ticksOf = ({ uses }: Stream): readonly number[] => {
  const last = (uses.at(-1)?.minute ?? 0) + JUDGED.every;
  const ticks: number[] = [];
  for (let tick = JUDGED.from; tick <= last; tick += JUDGED.every) ticks.push(tick);
  return ticks;
};

/** The most used in a day, as many products call it. */
export function countedTrends(stream: Stream): readonly Listing[] {
  const day = createCount(stream, DAY);
  return ticksOf(stream).map((tick) => ({
    tick,
    tags: best(
      [...day.at(tick)].map(([tag, users]) => [tag, [...users.values()].reduce((a, b) => a + b, 0)]),
    ),
  }));
}

/**
 * Mastodon's formula for hashtags: (o - e)² / e of distinct users today (o) and yesterday (e, at least 1), from 5 users on
 * and only above e; the peak is kept for two days and halves in 4 hours; listed from 1 on.
 */
export function mastodonTrends(stream: Stream): readonly Listing[] {
  const byDay = new Map<number, Map<string, Set<string>>>();
  const peaks = new Map<string, { score: number; at: number }>();
  const listings: Listing[] = [];
  let next = 0;
  const last = (stream.uses.at(-1)?.minute ?? 0) + JUDGED.every;
  for (let tick = JUDGED.every; tick <= last; tick += JUDGED.every) {
    for (let use = stream.uses[next]; use && use.minute < tick; use = stream.uses[++next]) {
      const day = Math.floor(use.minute / DAY);
      const tags = byDay.get(day) ?? new Map<string, Set<string>>();
      tags.set(use.tag, (tags.get(use.tag) ?? new Set()).add(use.user));
      byDay.set(day, tags);
    }
    const today = Math.floor((tick - 1) / DAY);
    for (const [tag, users] of byDay.get(today) ?? []) {
      const [o, e] = [users.size, Math.max(1, byDay.get(today - 1)?.get(tag)?.size ?? 0)];
      const score = o >= 5 && o > e ? (o - e) ** 2 / e : 0;
      const peak = peaks.get(tag);
      if (!peak || score > peak.score || tick - peak.at > 2 * DAY) peaks.set(tag, { score, at: tick });
    }
    if (tick < JUDGED.from) continue;
    const scores = [...peaks]
      .map(([tag, { score, at }]) => [tag, score * 2 ** (-(tick - at) / 240)] as const)
      .filter(([, score]) => score >= 1);
    listings.push({ tick, tags: best(scores) });
  }
  return listings;
}
