import { keyOf } from '@socialkit/core';
import { usualOfAuthors } from './author-usual.js';
import {
  effectiveActors,
  isConcentrated,
  look,
  NO_LEVEL,
  nextUsual,
  recounted,
  scoreAt,
  type TrendLevel,
  usualAt,
} from './detector.js';
import type { SubjectLevel, TrendCount } from './store.js';
import { EVERYWHERE, type TrendKind } from './types.js';
import type { TrendDeps } from './unit.js';
import { MAX_LOOKED_AT, SMALL_CELL, seasonSpan, type WindowPlan } from './windows.js';

/** The level that holds the platform's own people, by cell: no hashtag, link or post is spelled so. */
export const PLATFORM = '';

/** Uses by fewer people than this are not remembered: nothing rests on them. */
const REMEMBERED = 2;
/** What a level is forgotten below: its score, and its usual people. */
const FORGOTTEN = { score: 0.5, usual: 0.05 };
/** People now against usually, within bounds. */
const RATIO = { least: 0.2, most: 5 };

const keyAt = ({ subject, cell }: Pick<SubjectLevel, 'subject' | 'cell'>): string => keyOf(cell, subject);

interface Pass {
  readonly deps: Pick<TrendDeps, 'stores' | 'readers'>;
  readonly plan: WindowPlan;
  readonly kind: TrendKind;
  readonly now: number;
}

/** People of each cell that is large enough, now and usually. */
async function lookAtPlatform({ deps, plan, now }: Pass, known: ReadonlyMap<string, SubjectLevel>) {
  const people = await deps.stores.uses.people({ from: now - plan.lengthMs, to: now });
  const levels: SubjectLevel[] = [];
  const ratios = new Map<string, number>();
  for (const [cell, actors] of people) {
    if (cell !== EVERYWHERE && actors < SMALL_CELL) continue;
    const before = known.get(keyAt({ subject: PLATFORM, cell }))?.level ?? {
      ...NO_LEVEL,
      at: now,
      usual: actors,
    };
    // Whole days are what the others are compared with, whatever the hour.
    const usualHalfLifeMs = 4 * plan.detector.usualHalfLifeMs;
    const usual = nextUsual(before, actors, now, { usualHalfLifeMs, sinceMs: now - before.at });
    ratios.set(cell, Math.min(RATIO.most, Math.max(RATIO.least, actors / Math.max(1, before.usual))));
    levels.push({ subject: PLATFORM, cell, level: { ...NO_LEVEL, at: now, usual, actors } });
  }
  const before = known.get(keyAt({ subject: PLATFORM, cell: EVERYWHERE }))?.level;
  return { levels, ratios, sinceMs: before ? Math.max(1, now - before.at) : plan.everyMs };
}

/** People at the same time one season ago, the most of all seasons, by subject and cell. */
async function seasonsOf({ deps, plan, kind, now }: Pass, subjects: readonly string[]) {
  const spans = subjects.flatMap((subject) =>
    plan.seasons.map((season) => ({ subject, weight: season.weight, ...seasonSpan(plan, season, now) })),
  );
  const most = new Map<string, number>();
  if (spans.length === 0) return most;
  for (const { span, cell, actors } of await deps.stores.uses.levels(kind, spans, plan.binMs)) {
    const asked = spans[span];
    if (!asked) continue;
    const key = keyAt({ subject: asked.subject, cell });
    most.set(key, Math.max(most.get(key) ?? 0, asked.weight * actors));
  }
  return most;
}

/** Levels that are listed, with what has left the counts of their peak taken out. */
async function recountPeaks({ deps, plan, kind }: Pass, levels: readonly SubjectLevel[]) {
  const peaks = levels.filter(({ level }) => level.startedAt !== null);
  if (peaks.length === 0) return new Map<string, TrendLevel>();
  const spans = peaks.map(({ subject, level }) => ({
    subject,
    from: level.peakAt - plan.lengthMs,
    to: level.peakAt,
  }));
  const counted = new Map<string, number>();
  for (const { span, cell, actors } of await deps.stores.uses.levels(kind, spans, plan.lengthMs))
    counted.set(keyOf(span, cell), actors);
  return new Map(
    peaks.map((peak, span) => [
      keyAt(peak),
      recounted(peak.level, counted.get(keyOf(span, peak.cell)) ?? 0, plan.detector),
    ]),
  );
}

/**
 * One look of a window at everything of a kind: counts the people of the window, compares them with what was to be
 * expected, and remembers the scores. Looking twice at one moment changes nothing.
 */
export async function lookFor(
  deps: Pick<TrendDeps, 'stores' | 'readers'>,
  plan: WindowPlan,
  kind: TrendKind,
  now: number,
): Promise<void> {
  const { levels, uses } = deps.stores;
  const pass: Pass = { deps, plan, kind, now };
  const stored = await levels.all(plan.window, kind);
  const known = new Map(stored.map((one) => [keyAt(one), one]));
  if ((known.get(keyAt({ subject: PLATFORM, cell: EVERYWHERE }))?.level.at ?? -1) >= now) return;
  const platform = await lookAtPlatform(pass, known);
  const stretch = { from: now - plan.lengthMs, to: now, min: REMEMBERED, limit: MAX_LOOKED_AT };
  const counts = (await uses.count(kind, stretch)).filter(({ cell }) => platform.ratios.has(cell));
  const peaks = await recountPeaks(pass, stored);
  const before = (one: Pick<SubjectLevel, 'subject' | 'cell'>): TrendLevel =>
    peaks.get(keyAt(one)) ?? known.get(keyAt(one))?.level ?? NO_LEVEL;

  const { minimum, repeats, usualHalfLifeMs } = plan.detector;
  const isCandidate = (count: TrendCount) =>
    !isConcentrated(count, plan.detector) && effectiveActors(count, repeats) >= minimum;
  const candidates = counts.filter(isCandidate);
  const usual =
    kind === 'post'
      ? await usualOfAuthors(deps, plan, candidates, counts, now)
      : await seasonsOf(pass, [...new Set(candidates.map(({ subject }) => subject))]);
  const expected = (count: TrendCount): number => {
    const season = usual.get(keyAt(count)) ?? 0;
    if (kind === 'post') return season;
    const ratio = platform.ratios.get(count.cell) ?? 1;
    return Math.max(season, ratio * usualAt(before(count), now, usualHalfLifeMs));
  };
  const step = { now, sinceMs: platform.sinceMs, options: plan.detector };
  const next: SubjectLevel[] = counts.map((count) => ({
    subject: count.subject,
    cell: count.cell,
    level: look(before(count), count, expected(count), step),
  }));

  // What nobody uses any more: its score falls, and in the end it is forgotten.
  const seen = new Set(counts.map(keyAt));
  const gone: SubjectLevel[] = [];
  for (const one of stored) {
    if (one.subject === PLATFORM || seen.has(keyAt(one))) continue;
    const level = before(one);
    const isOver =
      scoreAt(level, now, plan.detector.halfLifeMs) < FORGOTTEN.score &&
      usualAt(level, now, usualHalfLifeMs) < FORGOTTEN.usual;
    if (isOver) gone.push(one);
    else if (level.startedAt !== null)
      next.push({ ...one, level: look(level, { actors: 0, uses: 0 }, 0, step) });
  }
  await levels.remove(plan.window, kind, gone);
  // The platform's last: it says that the look is done.
  await levels.put(plan.window, kind, next);
  await levels.put(plan.window, kind, platform.levels);
}
