import { createPostgresStorage, type Postgres } from '@socialkit/adapters/postgres';
import {
  type AnalyticsEvent,
  type AnalyticsStores,
  createFakeClock,
  createIds,
  createSum,
  engagementsOf,
  hourOf,
  oldestRawDay,
  rollUpOnce,
  type UnitOfWork,
} from '@socialkit/core';
import { judged, type Metric } from '../harness/metric.js';
import { createRandom, makeLog, shuffle } from './analytics-log.js';

const END = Date.UTC(2026, 0, 8);
const BATCH = 1000;
/** Events of the held-out log that the goal was set on. */
export const CAMPAIGN_EVENTS = 462_612;
const DEATHS = 20;

class Killed extends Error {}

/** A unit of work whose next transaction dies right before its commit, when told to. */
function mortal(unitOfWork: UnitOfWork<Pick<AnalyticsStores, 'rollups'>>) {
  let dying = false;
  return {
    kill: () => {
      dying = true;
    },
    unitOfWork: {
      transact: <T>(work: (stores: Pick<AnalyticsStores, 'rollups'>) => Promise<T>): Promise<T> =>
        unitOfWork.transact(async (stores) => {
          const result = await work(stores);
          if (!dying) return result;
          dying = false;
          throw new Killed();
        }),
    },
  };
}

interface Naive {
  readonly hours: ReadonlyMap<string, readonly [number, number]>;
  readonly viewers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Impressions and engagements by author and hour, and distinct viewers by author, from the events alone. */
function recount(events: readonly AnalyticsEvent[]): Naive {
  const hours = new Map<string, [number, number]>();
  const viewers = new Map<string, Set<string>>();
  for (const { authorId, ts, kind, actorId } of events) {
    const key = `${authorId}/${hourOf(ts)}`;
    const cell = hours.get(key) ?? [0, 0];
    cell[kind === 'impression' ? 0 : 1] += 1;
    hours.set(key, cell);
    if (kind === 'impression') viewers.set(authorId, (viewers.get(authorId) ?? new Set()).add(actorId));
  }
  return { hours, viewers };
}

/**
 * D14: a log of the size of the held-out one, shuffled, a tenth of it twice, taken in while rollups are made by a worker that
 * dies again and again. Every hour of every author must equal a recount; reach may be 2 % off above the exact sets.
 */
export async function measureCampaign(
  postgres: Postgres,
  options: { readonly events: number; readonly seed: number },
): Promise<readonly Metric[]> {
  const random = createRandom(options.seed);
  const share = options.events / CAMPAIGN_EVENTS;
  const log = makeLog(
    {
      events: options.events,
      authors: Math.ceil(2000 * share),
      postsPerAuthor: 5,
      people: Math.ceil(150_000 * share),
      days: 7,
      end: END,
    },
    random,
  );
  const naive = recount(log);
  const arriving = shuffle(
    log.flatMap((event) => (random(10) === 0 ? [event, event] : [event])),
    random,
  );
  const clock = createFakeClock(END);
  const storage = createPostgresStorage({ postgres, clock, ids: createIds({ clock, node: 901 }) });
  const { kill, unitOfWork } = mortal(storage.unitOfWork);
  let deaths = 0;
  const roll = async (): Promise<number> => {
    try {
      return await rollUpOnce({ unitOfWork, clock });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      deaths += 1;
      return 1;
    }
  };
  const began = performance.now();
  const batches = Math.ceil(arriving.length / BATCH);
  const every = Math.max(1, Math.floor(batches / (DEATHS + 2)));
  for (let batch = 0; batch < batches; batch += 1) {
    await storage.unitOfWork.transact(({ analytics }) =>
      analytics.record(arriving.slice(batch * BATCH, (batch + 1) * BATCH), oldestRawDay(END)),
    );
    if (batch % every !== 0) continue;
    if (deaths < DEATHS) kill();
    // The first dies with its work done; the second finds the hours dirty as they were.
    await roll();
    await roll();
  }
  while ((await roll()) > 0);
  const seconds = (performance.now() - began) / 1000;

  let wrong = 0;
  let worst = 0;
  let seen = 0;
  for (const [authorId, viewers] of naive.viewers) {
    const total = createSum();
    const range = { span: 'hour', from: hourOf(END) - 24 * 8, to: hourOf(END), sketches: true } as const;
    for (const row of await storage.readers.analytics.whole(authorId, range)) {
      const [impressions, engagements] = naive.hours.get(`${authorId}/${row.start}`) ?? [0, 0];
      if (row.counts.impressions !== impressions || engagementsOf(row.counts) !== engagements) wrong += 1;
      seen += impressions + engagements;
      total.merge(row);
    }
    const reach = total.counts().reach;
    const error = Math.abs(reach - viewers.size) / viewers.size;
    worst = Math.max(worst, viewers.size <= 256 && error > 0 ? 1 : error);
  }
  const missing = [...naive.hours].filter(([key]) => !naive.viewers.has(key.split('/')[0] ?? '')).length;
  await storage.close();
  const name = `${options.events} events, seed ${options.seed}, ${deaths} deaths`;
  return [
    judged('D14', `hours that differ from a recount: ${name}`, wrong, 'hours', { at: 'most', bound: 0 }),
    judged('D14', 'events in the rollups, of those that happened', (seen / options.events) * 100, '%', {
      at: 'least',
      bound: missing === 0 ? 100 : 99.9,
    }),
    judged('D14', 'largest error of a reach', worst * 100, '%', { at: 'most', bound: 2 }),
    judged('D14', 'events taken in and rolled up a second', options.events / seconds, 'events/s', null),
  ];
}
