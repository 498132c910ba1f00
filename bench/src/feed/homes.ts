import { sendNamed } from '@socialkit/adapters/postgres';
import { jsonTextOf, userActor } from '@socialkit/core';
import type { Feed } from '@socialkit/feed';
import { CompiledQuery } from 'kysely';
import type pg from 'pg';
import { cpuOf } from '../harness/cpu.js';
import { closedLoop, inFlight, type LoadFigures } from '../harness/load.js';
import { atLeast, atMost, judged, type Metric } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { bareHydrate } from './ceilings/hydrate.js';
import { serversOf } from './stage.js';
import { openFeed, openTown, openTownTimelines, type Town } from './town.js';

/** Posts of a page. */
export const PAGE = 20;
/** Callers side by side; the pool has 16 connections. */
export const CONCURRENCY = 32;
/** Seconds of one measurement. */
const SECONDS = 0.7;

/** The page as a caller in the process uses it: posts as objects. */
export const readParsed = async (feed: Feed, reader: string): Promise<number> =>
  (await feed.service.home(userActor(reader), { limit: PAGE })).items.length;

/** The page as a transport sends it: JSON text passed through. */
export const readText = async (feed: Feed, reader: string): Promise<number> => {
  const page = await feed.service.home(userActor(reader), { limit: PAGE });
  return (jsonTextOf(page) ?? '').length;
};

/** The ids on everybody's first page, after timelines were built: what the bare statement is asked for. */
export async function firstPages(
  feed: Feed,
  readers: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const pages = new Map<string, readonly string[]>();
  for (const reader of readers) {
    const { items } = await feed.service.home(userActor(reader), { limit: PAGE });
    if (items.length !== PAGE) throw new Error(`a first page holds ${items.length} posts`);
    pages.set(
      reader,
      items.map(({ id }) => id),
    );
  }
  return pages;
}

/** Runs calls over readers in turn. */
export const overReaders = (
  readers: readonly string[],
  concurrency: number,
  read: (reader: string) => Promise<unknown>,
): Promise<LoadFigures> => closedLoop(SECONDS, concurrency, (n) => read(readers[n % readers.length]!));

/** Collects whole figures while rounds are compared by one of them. */
export function recording<K extends string>(variants: Readonly<Record<K, () => Promise<LoadFigures>>>) {
  const names = Object.keys(variants) as K[];
  const seen = Object.fromEntries(names.map((name) => [name, [] as LoadFigures[]])) as Record<
    K,
    LoadFigures[]
  >;
  const timed = Object.fromEntries(
    names.map((name) => [
      name,
      async () => {
        const figures = await variants[name]();
        seen[name].push(figures);
        return figures.perSecond;
      },
    ]),
  ) as Record<K, () => Promise<number>>;
  return {
    variants: timed,
    /** Without the warm-up round. */
    of: (name: K, what: keyof LoadFigures) => seen[name].slice(1).map((figures) => figures[what]),
  };
}

/** Microseconds of processor time a read costs, by who uses it. */
async function processorTime(
  bench: Bench,
  readers: readonly string[],
  ways: Readonly<Record<string, (reader: string) => Promise<unknown>>>,
): Promise<readonly Metric[]> {
  const metrics: Metric[] = [];
  for (const [name, read] of Object.entries(ways)) {
    const reads = readers.length * 5;
    const used = await cpuOf(serversOf(bench.stage), () =>
      inFlight(
        Array.from({ length: reads }, (_, n) => readers[n % readers.length]!),
        4,
        read,
      ),
    );
    for (const [who, us] of Object.entries(used ?? {}))
      metrics.push(judged('cpu', `${who} per read, ${name}`, us / reads, 'us', null));
  }
  return metrics;
}

async function pages(bench: Bench, town: Town): Promise<readonly Metric[]> {
  const timelines = await openTownTimelines(bench, town);
  const readers = town.readers.get(200)!;
  const warm = openFeed(town, { timelines });
  const cold = openFeed(town, { timelines, fragmentBytes: 0 });
  bench.say('building timelines, warming caches');
  const ids = await firstPages(warm, readers);
  await firstPages(cold, readers);
  const { pool } = town.postgres;
  const bare = (reader: string) => bareHydrate(pool, reader, ids.get(reader)!);
  bench.say('pages');
  const many = (read: (reader: string) => Promise<unknown>) => () => overReaders(readers, CONCURRENCY, read);
  const single = (read: (reader: string) => Promise<unknown>) => () => overReaders(readers, 1, read);
  const loads = recording({
    bare: many(bare),
    warm: many((reader) => readParsed(warm, reader)),
    warmText: many((reader) => readText(warm, reader)),
    cold: many((reader) => readParsed(cold, reader)),
    coldText: many((reader) => readText(cold, reader)),
    bare1: single(bare),
    warm1: single((reader) => readParsed(warm, reader)),
    warmText1: single((reader) => readText(warm, reader)),
    cold1: single((reader) => readParsed(cold, reader)),
  });
  await interleave(loads.variants, { rounds: bench.rounds });
  const { of } = loads;
  const cpu = await processorTime(bench, readers, {
    'bare prepared hydrate SQL': bare,
    'home page, no fragments held': (reader) => readText(cold, reader),
    'home page, fragments held': (reader) => readText(warm, reader),
  });
  type Name = Parameters<typeof of>[0];
  const p50 = (a: Name, b: Name) => ratio(of(a, 'p50'), of(b, 'p50'));
  const speed = (a: Name, b: Name) => ratio(of(a, 'perSecond'), of(b, 'perSecond'));
  const page = 'home page / bare prepared hydrate SQL';
  return [
    judged(
      'P8',
      `p50 of a ${page}, 32 callers, as served (fragments held)`,
      p50('warm', 'bare'),
      'x',
      atMost(1.25),
    ),
    judged(
      'P8',
      `p50 of a ${page}, 1 caller, as served (fragments held)`,
      p50('warm1', 'bare1'),
      'x',
      atMost(1.25),
    ),
    judged('P8', `p50 of a ${page}, 32 callers, no fragments held`, p50('cold', 'bare'), 'x', atMost(1.25)),
    judged('P8', `p50 of a ${page}, 1 caller, no fragments held`, p50('cold1', 'bare1'), 'x', atMost(1.25)),
    judged(
      'P8',
      `req/s of a ${page}, JSON passed through, no fragments held`,
      speed('coldText', 'bare'),
      'x',
      atLeast(1),
    ),
    judged(
      'P9',
      `req/s of a ${page}, JSON passed through, fragments held`,
      speed('warmText', 'bare'),
      'x',
      atLeast(2.5),
    ),
    judged('speed', 'bare prepared hydrate SQL, 32 callers', median(of('bare', 'perSecond')), 'req/s', null),
    judged(
      'speed',
      'home page, JSON passed through, 32 callers',
      median(of('warmText', 'perSecond')),
      'req/s',
      null,
    ),
    judged('latency', 'bare prepared hydrate SQL, p50, 1 caller', median(of('bare1', 'p50')), 'ms', null),
    judged(
      'latency',
      'home page, JSON passed through, p50, 1 caller',
      median(of('warmText1', 'p50')),
      'ms',
      null,
    ),
    ...cpu,
  ];
}

/** The hydration statement that reading a page really sent. */
async function hydrationOf(
  town: Town,
  reader: string,
): Promise<{ name: string; text: string; values: unknown[] }> {
  const { pool } = town.postgres;
  const feed = openFeed(town, { fragmentBytes: 0 });
  await readParsed(feed, reader);
  const sent: { name?: string; text?: string; values?: unknown[] }[] = [];
  const undo: (() => void)[] = [];
  const watch = (client: pg.PoolClient) => {
    const query = client.query;
    client.query = function (this: pg.PoolClient, ...given: unknown[]) {
      if (typeof given[0] === 'object' && given[0] !== null) sent.push(given[0]);
      return Reflect.apply(query, this, given) as never;
    } as typeof client.query;
    undo.push(() => {
      client.query = query;
    });
  };
  pool.on('acquire', watch);
  await readParsed(feed, reader);
  pool.off('acquire', watch);
  for (const back of undo.reverse()) back();
  const found = sent.find(({ name }) => name?.includes('hydrate_cold'));
  if (!found?.name || !found.text || !found.values) throw new Error('the hydration statement was not seen');
  return { name: found.name, text: found.text, values: found.values };
}

async function queryLayer(bench: Bench, town: Town): Promise<readonly Metric[]> {
  bench.say('the query layer');
  const { pool, db } = town.postgres;
  const { name, text, values } = await hydrationOf(town, town.readers.get(200)![0]!);
  const query = CompiledQuery.raw(text);
  const run = (read: () => Promise<unknown>) => async () =>
    (await closedLoop(SECONDS, CONCURRENCY, read)).perSecond;
  const figures = await interleave(
    {
      ours: run(() => sendNamed(db, name, query, values)),
      bare: run(() => pool.query({ name, text, values })),
    },
    { rounds: bench.rounds },
  );
  return [
    judged(
      'P12',
      'hydration through the query layer / pg named, same SQL text',
      ratio(figures.ours, figures.bare),
      'x',
      atLeast(0.95),
    ),
  ];
}

/** P8, P9, P12: what a page costs beside the statement it cannot do without. */
export const homesPart: Part = {
  goals: ['P8', 'P9', 'P12'],
  title: 'home pages',
  async measure(bench) {
    const town = await openTown(bench);
    return [...(await pages(bench, town)), ...(await queryLayer(bench, town))];
  },
};
