import { openPglite } from '@socialkit/adapters/pglite';
import { createPostgresStorage, migrate, openPostgres } from '@socialkit/adapters/postgres';
import {
  type AnalyticsEvent,
  type AnalyticsKind,
  createFakeClock,
  createIds,
  createSum,
  dayOf,
  hourOf,
  oldestRawDay,
  rollUp,
} from '@socialkit/core';
import type { Row } from '../csv.js';

/** When the log begins; any midnight. */
const BEGIN = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const BATCH = 1000;
/** Ids of people and targets are told apart from the id of "everything of an author". */
const OFFSET = 1_000_000;
const KINDS: Readonly<Record<string, AnalyticsKind>> = { RT: 'share', MT: 'like', RE: 'comment' };

const idOf = (text: string | undefined): string => String(Number(text) + OFFSET);

/** The rows as events of the log, shuffled, a tenth of them twice. */
function eventsOf(rows: readonly Row[], seed: number): readonly AnalyticsEvent[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const events = rows.flatMap((row, at): AnalyticsEvent[] => {
    const event: AnalyticsEvent = {
      kind: KINDS[row.kind ?? ''] ?? 'like',
      id: String(at + 1),
      version: '1',
      ts: BEGIN + Number(row.t) * 1000,
      actorId: idOf(row.actor),
      subjectId: idOf(row.target),
      authorId: idOf(row.target),
      value: 1,
      depth: 1,
      source: null,
    };
    return below(10) === 0 ? [event, event] : [event];
  });
  for (let at = events.length - 1; at > 0; at -= 1) {
    const other = below(at + 1);
    [events[at], events[other]] = [events[other] as AnalyticsEvent, events[at] as AnalyticsEvent];
  }
  return events;
}

/**
 * Takes a log through the stores and reads the rollups back: hours, distinct people of days and of all, and the targets with
 * the most events.
 */
export async function activityOf(rows: readonly Row[], seed: number) {
  const lite = await openPglite();
  const postgres = openPostgres({ statementTimeoutMs: 0, pool: { ...lite.poolConfig } });
  const hours = Math.max(...rows.map(({ t }) => Math.floor(Number(t) / 3600))) + 1;
  const clock = createFakeClock(BEGIN + Math.ceil(hours / 24) * DAY_MS);
  try {
    await migrate(postgres, clock.now());
    const storage = createPostgresStorage({ postgres, clock, ids: createIds({ clock, node: 1 }) });
    const events = eventsOf(rows, seed);
    for (let at = 0; at < events.length; at += BATCH)
      await storage.unitOfWork.transact(({ analytics }) =>
        analytics.record(events.slice(at, at + BATCH), oldestRawDay(clock.now())),
      );
    await rollUp({ unitOfWork: storage.unitOfWork, clock });

    const { analytics } = storage.readers;
    const first = hourOf(BEGIN);
    const people = Array.from({ length: hours }, () => createSum());
    const hourly: Record<string, [number, number, number]> = Object.fromEntries(
      Array.from({ length: hours }, (_, hour) => [hour, [0, 0, 0]]),
    );
    const targets: (readonly [number, number, number])[] = [];
    for (const target of new Set(rows.map((row) => idOf(row.target)))) {
      const total = createSum();
      for (const { start, counts, sketches } of await analytics.whole(target, {
        span: 'hour',
        from: first,
        to: first + hours,
        sketches: true,
      })) {
        const hour = hourly[start - first];
        if (hour) {
          hour[0] += counts.shares;
          hour[1] += counts.likes;
          hour[2] += counts.comments;
        }
        total.merge({ counts, sketches });
        people[start - first]?.merge({ counts, sketches });
      }
      const { shares, likes, comments, engaged } = total.counts();
      targets.push([Number(target) - OFFSET, shares + likes + comments, engaged]);
    }
    const from = dayOf(BEGIN);
    const to = from + Math.ceil(hours / 24);
    const active = await analytics.activeByDay({ from, to });
    return {
      events: Object.values(hourly)
        .flat()
        .reduce((sum, count) => sum + count, 0),
      hourly,
      /** Distinct people of each hour, over all targets. */
      people: people.map((sum) => sum.counts().engaged),
      daily_distinct_actors: Object.fromEntries(active.map(({ day, count }) => [day - from, count])),
      distinct_actors_total: await analytics.activeIn({ from, to }),
      targets: targets.sort((a, b) => b[1] - a[1] || a[0] - b[0]),
    };
  } finally {
    await postgres.close();
    await lite.close();
  }
}
