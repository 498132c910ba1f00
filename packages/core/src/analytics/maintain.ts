import type { JobHandler, JobWriter } from '../kernel/jobs.js';
import type { Clock } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { firstOpenDay } from './events.js';
import { createSum, LAYERS, type Layer, type Rollup, type RollupKey, type Sum, WHOLE } from './rollup.js';
import type { AnalyticsStores, DirtyHour, LoggedEvent, SubjectDay } from './store.js';

/** The queue in which dirty hours are rolled up. */
export const ROLLUP_QUEUE = 'analytics.rollup';
/** Hours rolled up in one unit of work. */
export const ROLLUP_BATCH = 400;
const HOURS_PER_DAY = 24;
const QUARTERS_PER_HOUR = 4;

/** What making rollups works on. */
export interface RollupDeps {
  readonly unitOfWork: UnitOfWork<Pick<AnalyticsStores, 'rollups'>>;
  readonly clock: Clock;
}

const keyText = (...parts: readonly (string | number)[]): string => parts.join('/');

/** Sums by key, in order of their first use. */
function createSums<K>() {
  const sums = new Map<string, { readonly key: K; readonly sum: Sum }>();
  return {
    of(text: string, key: () => K): Sum {
      const found = sums.get(text);
      if (found) return found.sum;
      const made = { key: key(), sum: createSum() };
      sums.set(text, made);
      return made.sum;
    },
    values: () => sums.values(),
  };
}

/** Rollups of hours, of each subject and of the whole, and quarters of the whole, from the events of dirty hours. */
function hoursFrom(events: readonly LoggedEvent[], layer: Layer): readonly Rollup[] {
  const sums = createSums<RollupKey>();
  const into = (event: LoggedEvent, subjectId: string, span: 'hour' | 'quarter') => {
    const start = span === 'hour' ? Math.floor(event.quarter / QUARTERS_PER_HOUR) : event.quarter;
    const { authorId } = event;
    sums
      .of(keyText(authorId, subjectId, span, start), () => ({ authorId, subjectId, span, start, layer }))
      .add(event);
  };
  for (const event of events) {
    // Follows have no post: they stand in the whole alone.
    if (event.kind !== 'follow' && event.kind !== 'unfollow') into(event, event.subjectId, 'hour');
    into(event, WHOLE, 'hour');
    into(event, WHOLE, 'quarter');
  }
  return [...sums.values()].flatMap(({ key, sum }) => {
    const done = sum.finish();
    return done ? [{ ...key, ...done }] : [];
  });
}

/** Adds rollups up by what `keyOf` makes of each; keys of `wanted` that got nothing are gone. */
function addUp(
  parts: readonly Rollup[],
  wanted: readonly RollupKey[],
  keyOf: (part: Rollup) => RollupKey,
): { readonly made: readonly Rollup[]; readonly gone: readonly RollupKey[] } {
  const sums = createSums<RollupKey>();
  const textOf = (key: RollupKey) => keyText(key.authorId, key.subjectId, key.span, key.start);
  for (const key of wanted) sums.of(textOf(key), () => key);
  for (const part of parts) {
    const key = keyOf(part);
    sums.of(textOf(key), () => key).merge(part);
  }
  const made: Rollup[] = [];
  const gone: RollupKey[] = [];
  for (const { key, sum } of sums.values()) {
    const done = sum.finish();
    if (done) made.push({ ...key, ...done });
    else gone.push(key);
  }
  return { made, gone };
}

const distinct = <T>(items: readonly T[], text: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [text(item), item])).values(),
];

async function rollUpHours(
  rollups: AnalyticsStores['rollups'],
  hours: readonly DirtyHour[],
  openDay: number,
): Promise<readonly SubjectDay[]> {
  const touched: SubjectDay[] = [];
  const day = Math.floor((hours[0]?.hour ?? 0) / HOURS_PER_DAY);
  for (const layer of LAYERS) {
    // What the log has lost stays as it was counted while the log had it.
    if (layer === 'log' && day < openDay) continue;
    const events = await rollups.events(hours, layer);
    await rollups.replaceHours(hours, layer, hoursFrom(events, layer));
    for (const { authorId, subjectId, kind } of events)
      if (kind !== 'follow' && kind !== 'unfollow') touched.push({ authorId, subjectId, day });
  }
  for (const { authorId } of hours) touched.push({ authorId, subjectId: WHOLE, day });
  return distinct(touched, ({ authorId, subjectId }) => keyText(authorId, subjectId));
}

/**
 * Makes the rollups of the dirty hours of one day anew: hours from the log, days from their hours, totals from their days.
 * Always written with `=`: doing it twice, or once more after a crash, changes nothing.
 *
 * @returns how many hours were made
 */
export function rollUpOnce({ unitOfWork, clock }: RollupDeps, limit = ROLLUP_BATCH): Promise<number> {
  return unitOfWork.transact(async ({ rollups }) => {
    const hours = await rollups.claim(limit);
    const [first] = hours;
    if (!first) return 0;
    const day = Math.floor(first.hour / HOURS_PER_DAY);
    const openDay = firstOpenDay(clock.now());
    const subjectDays = await rollUpHours(rollups, hours, openDay);

    const days = addUp(
      await rollups.hoursOf(subjectDays),
      subjectDays.map(({ authorId, subjectId }) => ({
        authorId,
        subjectId,
        span: 'day',
        start: day,
        layer: 'log',
      })),
      (part) => ({ ...part, span: 'day', start: day, layer: 'log' }),
    );
    await rollups.replace(days.made, days.gone);

    const posts = subjectDays.filter(({ subjectId }) => subjectId !== WHOLE);
    const totals = addUp(
      await rollups.daysOf(posts),
      posts.map(({ authorId, subjectId }) => ({
        authorId,
        subjectId,
        span: 'total',
        start: 0,
        layer: 'log',
      })),
      (part) => ({ ...part, span: 'total', start: 0, layer: 'log' }),
    );
    await rollups.replace(totals.made, totals.gone);
    if (day >= openDay) await rollups.replaceFans([...new Set(hours.map(({ authorId }) => authorId))], day);
    return hours.length;
  });
}

/** Rolls up until nothing is dirty. @returns how many hours were made */
export async function rollUp(deps: RollupDeps, signal?: AbortSignal): Promise<number> {
  let made = 0;
  for (;;) {
    signal?.throwIfAborted();
    const hours = await rollUpOnce(deps);
    if (hours === 0) return made;
    made += hours;
  }
}

/** Asks for the rollups of what the unit of work took in. */
export const planRollup = (jobs: JobWriter): Promise<boolean> => jobs.enqueue(ROLLUP_QUEUE, {});

/** Works {@link ROLLUP_QUEUE}: one at a time, and one round for all that wait. */
export const createRollupWorker = (deps: RollupDeps) => ({
  queue: ROLLUP_QUEUE,
  handle: (async (_jobs, { signal }) => {
    await rollUp(deps, signal);
  }) satisfies JobHandler,
  options: { batch: 200, concurrency: 1 },
});
