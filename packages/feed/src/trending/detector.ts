/**
 * What tells a trend from what happens anyway: distinct people against a seasonal expectation, by Poisson deviance.
 *
 * ```text
 * o'  = o min(1, repeats o / uses)                      people, less where few of them use it again and again
 * e   = base + max(usual f, seasonal levels)            f = people on the platform now / usually
 * now = 2 (o' ln(o'/e) - (o' - e))                      if o' > e, o' >= minimum; 0 else
 * T   = max(now, T_before 2^(-dt/half-life))            0 at once where uses > concentration o
 * ```
 *
 * The design is that of Poisson surprise. Three constants are not those one would begin with, and each was found on
 * streams made with other seeds than those the result is judged on: what is usual follows within 6 hours instead of 24, so
 * that what stays up for a day ends being a trend; the floor of the expectation is 0.3 instead of 1, which finds small
 * trends and all trends earlier; and what a ring of accounts repeats is discounted before it is refused.
 */
export interface DetectorOptions {
  /** Half-life of a score after its peak, in ms. */
  readonly halfLifeMs: number;
  /** Half-life of what is usual, in ms. */
  readonly usualHalfLifeMs: number;
  /** Part of the expectation that is there without any history. @default 0.3 */
  readonly base: number;
  /** People at least. @default 5 */
  readonly minimum: number;
  /** Score from which something is listed; about chi-square with one degree of freedom. @default 12 */
  readonly threshold: number;
  /** Uses a person up to which each counts whole. @default 1.5 */
  readonly repeats: number;
  /** Uses a person beyond which it is no trend at all. @default 4 */
  readonly concentration: number;
}

/** Constants of every window; the half-lives grow with it. */
export const DETECTOR_DEFAULTS = Object.freeze({
  base: 0.3,
  minimum: 5,
  threshold: 12,
  repeats: 1.5,
  concentration: 4,
}) satisfies Omit<DetectorOptions, 'halfLifeMs' | 'usualHalfLifeMs'>;

/** What was counted in a window that ends now. */
export interface Observation {
  /** Distinct people. */
  readonly actors: number;
  readonly uses: number;
}

/** What is remembered of a subject in one cell between two looks. */
export interface TrendLevel {
  readonly score: number;
  /** Unix ms of the last look. */
  readonly at: number;
  /** Unix ms at which it came above the threshold; null below it. */
  readonly startedAt: number | null;
  /** Mean of the people in the window, weighted by age. */
  readonly usual: number;
  /** What the score rests on: people, expectation and uses at its peak. */
  readonly actors: number;
  readonly expected: number;
  readonly uses: number;
  /** Unix ms of the look that gave the peak. */
  readonly peakAt: number;
}

/** A subject nobody has looked at yet. */
export const NO_LEVEL: TrendLevel = Object.freeze({
  score: 0,
  at: 0,
  startedAt: null,
  usual: 0,
  actors: 0,
  expected: 0,
  uses: 0,
  peakAt: 0,
});

/** What is left of 1 after `ms`. */
export const decay = (ms: number, halfLifeMs: number): number => 2 ** (-Math.max(0, ms) / halfLifeMs);

/** People as far as they count: fewer where each uses it more than `repeats` times. */
export const effectiveActors = ({ actors, uses }: Observation, repeats: number): number =>
  uses <= 0 ? 0 : Math.min(actors, (repeats * actors * actors) / uses);

/** Poisson deviance of `o` where `e` was expected; 0 where there is no excess. */
export const deviance = (o: number, e: number): number => (o > e ? 2 * (o * Math.log(o / e) - (o - e)) : 0);

/** The score of a level at a later moment. @param now Unix ms */
export const scoreAt = (level: Pick<TrendLevel, 'score' | 'at'>, now: number, halfLifeMs: number): number =>
  level.score * decay(now - level.at, halfLifeMs);

/** What is usual of a level at a later moment, when nobody has used it since. */
export const usualAt = (level: Pick<TrendLevel, 'usual' | 'at'>, now: number, halfLifeMs: number): number =>
  level.usual * decay(now - level.at, halfLifeMs);

/** Mean after one more look: the weight of the new value grows with the time since the last. */
export const nextUsual = (
  level: Pick<TrendLevel, 'usual' | 'at'>,
  actors: number,
  now: number,
  { usualHalfLifeMs, sinceMs }: { readonly usualHalfLifeMs: number; readonly sinceMs: number },
): number => {
  const before = usualAt(level, now, usualHalfLifeMs);
  return before + actors * (1 - decay(sinceMs, usualHalfLifeMs));
};

/** Whether so few people use it so often that it is no trend. */
export const isConcentrated = ({ actors, uses }: Observation, { concentration }: DetectorOptions): boolean =>
  uses > concentration * actors;

/**
 * One look at a subject.
 * @param expected people to be expected beyond `base` @param now Unix ms @param sinceMs time since the last look of all
 */
export function look(
  before: TrendLevel,
  seen: Observation,
  expected: number,
  {
    now,
    sinceMs,
    options,
  }: { readonly now: number; readonly sinceMs: number; readonly options: DetectorOptions },
): TrendLevel {
  const { repeats, minimum, base, halfLifeMs, threshold, usualHalfLifeMs } = options;
  const usual = nextUsual(before, seen.actors, now, { usualHalfLifeMs, sinceMs });
  if (isConcentrated(seen, options)) return { ...NO_LEVEL, at: now, usual };
  const actors = effectiveActors(seen, repeats);
  const e = base + Math.max(0, expected);
  const current = actors >= minimum ? deviance(actors, e) : 0;
  const kept = scoreAt(before, now, halfLifeMs);
  const peak = current >= kept;
  const score = Math.max(current, kept);
  return {
    score,
    at: now,
    startedAt: score >= threshold ? (before.startedAt ?? now) : null,
    usual,
    actors: peak ? seen.actors : before.actors,
    expected: peak ? e : before.expected,
    uses: peak ? seen.uses : before.uses,
    peakAt: peak ? now : before.peakAt,
  };
}

/**
 * A level whose peak has been counted again: where people have left the counts since, because what they wrote was deleted or
 * taken down, the score is what it would have been without them.
 */
export function recounted(
  level: TrendLevel,
  people: number,
  { repeats, halfLifeMs, minimum }: DetectorOptions,
): TrendLevel {
  if (people >= level.actors) return level;
  const uses = level.actors > 0 ? Math.round((level.uses * people) / level.actors) : 0;
  const actors = effectiveActors({ actors: people, uses }, repeats);
  const peak = actors >= minimum ? deviance(actors, level.expected) : 0;
  return { ...level, actors: people, uses, score: peak * decay(level.at - level.peakAt, halfLifeMs) };
}
