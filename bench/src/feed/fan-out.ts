import { cpuOf } from '../harness/cpu.js';
import { inFlight, secondsOf } from '../harness/load.js';
import { atLeast, atMost, type Goal, judged, type Metric } from '../harness/metric.js';
import { interleave, median, ratio, type Variant } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { misskeyLikeFanOut } from './ceilings/enumerate.js';
import { awaitedPush, listKey, luaKey, luaPush, mastodonLikePush } from './ceilings/timelines.js';
import { AUTHOR_SIZES, type Author, type Crowd, openCrowd } from './crowd.js';
import { deliverAll, openFanOut } from './delivery.js';
import { seededRandom, shuffled } from './population.js';
import { serversOf } from './stage.js';

/** Posts of a 100,000 author in one measurement: four, so that four can be in flight. */
const postsOf = (authors: readonly Author[]): readonly Author[] =>
  authors.length >= 4 ? authors : [...authors, ...authors];

const inThousands = (count: number) => `${count / 1000}k`;

/** Timelines a second of a way that takes followers from memory, one post after the other. */
async function fromMemory(
  posts: readonly Author[],
  push: (author: Author) => Promise<unknown>,
  postsInFlight = 1,
): Promise<number> {
  const seconds = await secondsOf(() => inFlight(posts, postsInFlight, push));
  return posts.reduce((sum, { followers }) => sum + followers.length, 0) / seconds;
}

const NAMES = {
  four: 'ours, 4 posts in flight',
  one: 'ours, one post',
  lua100: 'Lua ceiling 100 keys x4',
  lua1000: 'Lua base 1000 keys x2',
  misskey: 'Misskey-like',
} as const;
type Way = keyof typeof NAMES;

/** Every way of bringing one post of each of these authors to their followers; all give timelines a second. */
function waysOf(bench: Bench, crowd: Crowd, posts: readonly Author[]): Record<Way, Variant> {
  const { stage } = bench;
  const { redis, ids, postgres } = stage;
  const fanOut = openFanOut({ postgres, stage }, crowd.timelines);
  const random = seededRandom(2);
  const keys = new Map(posts.map((author) => [author.id, author.followers.map(luaKey)]));
  const lua = (perCall: number, width: number) => () =>
    fromMemory(posts, ({ id }) => luaPush(redis, crowd.sha, keys.get(id)!, ids.next(), { perCall, width }));
  return {
    four: () => deliverAll(fanOut, stage, posts, 4),
    one: () => deliverAll(fanOut, stage, posts, 1),
    lua100: lua(100, 4),
    lua1000: lua(1000, 2),
    misskey: () =>
      fromMemory(posts, ({ id }) => misskeyLikeFanOut(postgres.pool, redis, id, ids.next(), random)),
  };
}

/** What a way costs, apart from what else the machine does: microseconds of processor time an entry. */
async function costs(bench: Bench, size: string, ways: Record<Way, Variant>, entries: number) {
  const metrics: Metric[] = [];
  for (const [way, run] of Object.entries(ways) as [Way, Variant][]) {
    const used = await cpuOf(serversOf(bench.stage), run);
    for (const [who, us] of Object.entries(used ?? {}))
      metrics.push(
        judged('cpu', `${who} per delivery, ${size} followers, ${NAMES[way]}`, us / entries, 'us', null),
      );
  }
  return metrics;
}

async function endToEnd(bench: Bench, crowd: Crowd): Promise<readonly Metric[]> {
  const metrics: Metric[] = [];
  for (const { followers } of AUTHOR_SIZES) {
    const posts = postsOf(crowd.authors.get(followers)!);
    const size = inThousands(followers);
    bench.say(`${posts.length} posts to ${size} followers each`);
    const ways = waysOf(bench, crowd, posts);
    const figures = await interleave(ways, { rounds: bench.rounds });
    const compare = (metric: string, ours: Way, theirs: Way, goal: Goal) => {
      const name = `fan-out end to end, ${size} followers: ${NAMES[ours]} / ${NAMES[theirs]}`;
      metrics.push(judged(metric, name, ratio(figures[ours], figures[theirs]), 'x', goal));
    };
    for (const ceiling of ['lua100', 'lua1000'] as const) {
      compare('P1', 'four', ceiling, atLeast(0.8));
      compare('P1', 'one', ceiling, atLeast(0.65));
    }
    compare('P2', 'four', 'misskey', atLeast(2.5));
    for (const [way, speeds] of Object.entries(figures) as [Way, number[]][])
      metrics.push(judged('speed', `${size} followers, ${NAMES[way]}`, median(speeds), 'deliveries/s', null));
    metrics.push(...(await costs(bench, size, ways, posts.length * followers)));
  }
  return metrics;
}

/** The dearest of several sizes against the cheapest, each by its median share of the round it was measured in. */
function spread(speeds: readonly (readonly number[])[]): number {
  const sums = speeds[0]!.map((_, round) => speeds.reduce((sum, rounds) => sum + 1 / rounds[round]!, 0));
  const costs = speeds.map((rounds) => median(rounds.map((speed, round) => 1 / speed / sums[round]!)));
  return Math.max(...costs) / Math.min(...costs);
}

async function flatness(bench: Bench, crowd: Crowd): Promise<readonly Metric[]> {
  bench.say('cost per entry over sizes');
  const { stage } = bench;
  const fanOut = openFanOut({ postgres: stage.postgres, stage }, crowd.timelines);
  const sizes = AUTHOR_SIZES.map(({ followers }) => postsOf(crowd.authors.get(followers)!));
  const measure = async (postsInFlight: number) => {
    const variants = sizes.map(
      (posts, n) => [n, () => deliverAll(fanOut, stage, posts, postsInFlight)] as const,
    );
    return spread(Object.values(await interleave(Object.fromEntries(variants), { rounds: bench.rounds })));
  };
  const name = 'cost per entry, dearest / cheapest of 1k, 10k and 100k followers';
  return [
    judged('P3', `${name}, 4 posts in flight`, await measure(4), 'x', atMost(1.3)),
    judged('P3', `${name}, one post`, await measure(1), 'x', atMost(1.3)),
  ];
}

async function redisStep(bench: Bench, crowd: Crowd): Promise<readonly Metric[]> {
  const { stage, rounds } = bench;
  const { redis, ids } = stage;
  const random = seededRandom(3);
  const readers = shuffled([...crowd.withSortedSet], random).slice(0, 10_000);
  const page = readers.join(',');
  const keys = readers.map(listKey);
  const perSecond = async (push: () => Promise<unknown>) => readers.length / (await secondsOf(push));
  bench.say('the Redis step alone');
  const figures = await interleave(
    {
      ours: () =>
        perSecond(() =>
          inFlight(Array.from({ length: 10 }), 4, () => crowd.timelines.push(ids.next(), page)),
        ).then((speed) => speed * 10),
      awaited: () => perSecond(() => awaitedPush(redis, keys, ids.next())),
      mastodon: () => perSecond(() => mastodonLikePush(redis, readers, ids.next())),
    },
    { rounds },
  );
  return [
    judged(
      'P2',
      'Redis step, 10k readers / awaited LPUSH, LTRIM (25 in flight)',
      ratio(figures.ours, figures.awaited),
      'x',
      atLeast(4),
    ),
    judged(
      'P2',
      'Redis step, 10k readers / Mastodon-like (5 awaited commands, 25 in flight)',
      ratio(figures.ours, figures.mastodon),
      'x',
      atLeast(8),
    ),
  ];
}

/** P1, P2, P3: followers out of PostgreSQL into timelines. */
export const fanOutPart: Part = {
  goals: ['P1', 'P2', 'P3'],
  title: 'fan-out',
  async measure(bench) {
    const crowd = await openCrowd(bench);
    return [
      ...(await endToEnd(bench, crowd)),
      ...(await flatness(bench, crowd)),
      ...(await redisStep(bench, crowd)),
    ];
  },
};
