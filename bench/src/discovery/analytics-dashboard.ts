import { createSocialKit } from '@socialkit/adapters';
import { createPostgresStorage, type Postgres } from '@socialkit/adapters/postgres';
import { createFakeClock, createIds, dayOf, oldestRawDay, rollUp } from '@socialkit/core';
import { atLeast, atMost, judged, type Metric } from '../harness/metric.js';
import { median } from '../harness/rounds.js';
import { createRandom, makeLog } from './analytics-log.js';

const END = Date.UTC(2026, 3, 1, 23, 30);
const DAY_MS = 86_400_000;
const DAYS = 88;
const POSTS = 400;
const BATCH = 2000;

/** The same numbers from the log itself: by day, by hour, by post and by person, as one would write it without rollups. */
const RAW = [
  `SELECT ts / 86400000 AS day, count(*) FILTER (WHERE kind = 'impression') AS impressions,
     count(DISTINCT actor) FILTER (WHERE kind = 'impression') AS reach, count(*) FILTER (WHERE kind <> 'impression') AS engagements
   FROM an_event WHERE author = $1 GROUP BY 1`,
  `SELECT ts / 3600000 % 24 AS hour, count(*) FILTER (WHERE kind <> 'impression') AS engagements
   FROM an_event WHERE author = $1 GROUP BY 1`,
  `SELECT subject, count(*) FILTER (WHERE kind = 'impression') AS impressions,
     count(DISTINCT actor) FILTER (WHERE kind = 'impression') AS reach, count(*) FILTER (WHERE kind <> 'impression') AS engagements
   FROM an_event WHERE author = $1 GROUP BY 1`,
  `SELECT actor, count(*) FROM an_event WHERE author = $1 AND kind <> 'impression' GROUP BY 1 ORDER BY 2 DESC LIMIT 100`,
  `SELECT count(DISTINCT actor) FROM an_event WHERE author = $1 AND kind = 'impression'`,
];

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** D15: a dashboard over 90 days of a million events, half of them one creator's, beside the same from the log. */
export async function measureDashboard(
  postgres: Postgres,
  url: string,
  options: { readonly events: number; readonly rounds: number },
): Promise<readonly Metric[]> {
  const clock = createFakeClock(END);
  await using kit = await createSocialKit({ database: url, clock, worker: false });
  const { id: creator } = await kit.identity.register(kit.system, {
    externalId: 'bench:creator',
    handle: 'bench_creator',
  });
  const storage = createPostgresStorage({ postgres, clock, ids: createIds({ clock, node: 902 }) });
  const log = makeLog(
    {
      events: options.events,
      authors: 20,
      postsPerAuthor: POSTS,
      people: 60_000,
      days: DAYS,
      end: END,
      first: 0.5,
      firstId: creator,
    },
    createRandom(15),
  );
  await storage.unitOfWork.transact(({ analytics }) =>
    analytics.recordPosts(
      Array.from({ length: POSTS }, (_, at) => ({
        postId: String(20_000_000 + at),
        authorId: creator,
        ts: END - Math.floor(((at + 1) / POSTS) * DAYS * DAY_MS),
        type: at % 3 === 0 ? ('text' as const) : ('image' as const),
        tags: [`tag${at % 7}`],
        followers: 1000 + at,
        version: '1',
        live: true,
      })),
    ),
  );
  log.sort((a, b) => a.ts - b.ts);
  for (let at = 0; at < log.length; at += BATCH)
    await storage.unitOfWork.transact(({ analytics }) =>
      analytics.record(log.slice(at, at + BATCH), oldestRawDay(END)),
    );
  await rollUp({ unitOfWork: storage.unitOfWork, clock });
  await postgres.pool.query('ANALYZE an_event; ANALYZE an_rollup; ANALYZE an_fan; ANALYZE an_post');

  const actor = kit.actor(creator);
  const read = (zone: string) => timed(() => kit.analytics.dashboard(actor, { days: 90, zone }));
  const raw = () =>
    timed(async () => {
      for (const text of RAW) await postgres.pool.query(text, [creator]);
    });
  await read('UTC');
  await raw();
  const figures = {
    utc: [] as number[],
    berlin: [] as number[],
    kolkata: [] as number[],
    raw: [] as number[],
  };
  for (let round = 0; round < options.rounds; round += 1) {
    figures.utc.push(await read('UTC'));
    figures.berlin.push(await read('Europe/Berlin'));
    figures.kolkata.push(await read('Asia/Kolkata'));
    figures.raw.push(await raw());
  }
  const said = await kit.analytics.engagement(actor, { days: 90 });
  const own = log.filter(({ authorId, kind }) => authorId === creator && kind === 'impression').length;
  if (said.totals.impressions !== own || dayOf(END) - DAYS < 0)
    throw new Error(`the dashboard says ${said.totals.impressions} impressions, the log ${own}`);
  await storage.close();
  const name = `${options.events} events, 90 days`;
  return [
    judged('D15', `dashboard, ${name}`, median(figures.utc), 'ms', atMost(100)),
    judged('D15', 'beside the log itself', median(figures.raw) / median(figures.utc), 'x', atLeast(20)),
    judged('D15', 'the same with days of Europe/Berlin', median(figures.berlin), 'ms', null),
    judged('D15', 'the same with days of Asia/Kolkata, off by a half', median(figures.kolkata), 'ms', null),
  ];
}
