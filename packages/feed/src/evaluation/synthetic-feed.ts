import { silentLogger } from '@socialkit/core';
import { authorDiversity } from '../ranking/author-diversity.js';
import { createRankingEngine } from '../ranking/engine.js';
import type { RankingProfile } from '../ranking/profile.js';
import type { Found, Scorer, Source } from '../ranking/types.js';
import { rankMetrics } from './metrics.js';
import type { SyntheticPost, SyntheticVisit, SyntheticWorld } from './synthetic.js';

/** What is known when a visit begins: everything that happened before it, nothing of it. */
interface Past {
  readonly clicksByAuthor: readonly Map<number, number>[];
  readonly clicksByTopic: readonly Map<number, number>[];
  readonly clickers: Map<number, Set<number>>;
  readonly clickedBy: readonly Set<number>[];
  readonly shown: Map<number, number>;
  readonly recent: { readonly post: number; readonly at: number }[];
}

interface Context {
  readonly visit: SyntheticVisit;
}

const found = (scores: Iterable<readonly [number, number]>): readonly Found[] =>
  [...scores].flatMap(([id, raw]) =>
    raw > 0 ? [{ id: String(id + 1), raw, because: [{ kind: 'trending' as const }] }] : [],
  );

/** Impressions a rate is drawn towards the mean with. */
const PRIOR = 50;
const TREND_HOURS = 3;

function sourcesOf(world: SyntheticWorld, past: Past): readonly Source<Context>[] {
  const { posts, followees } = world;
  const over = (
    name: string,
    score: (visit: SyntheticVisit, post: SyntheticPost) => number,
  ): Source<Context> => ({
    name,
    fetch: async ({ visit }) =>
      found(visit.seen.map((id) => [id, score(visit, posts[id] as SyntheticPost)] as const)),
  });
  const likeMinded = (user: number): Map<number, number> => {
    const near = new Map<number, number>();
    for (const post of past.clickedBy[user] ?? [])
      for (const other of past.clickers.get(post) ?? [])
        if (other !== user) near.set(other, (near.get(other) ?? 0) + 1);
    return near;
  };
  return [
    over('following', ({ user }, { author }) =>
      followees[user]?.includes(author) ? 1 + (past.clicksByAuthor[user]?.get(author) ?? 0) : 0,
    ),
    {
      name: 'coLikers',
      async fetch({ visit }) {
        const near = likeMinded(visit.user);
        return found(
          visit.seen.map((id) => {
            let score = 0;
            for (const other of past.clickers.get(id) ?? []) score += near.get(other) ?? 0;
            return [id, score] as const;
          }),
        );
      },
    },
    over('interests', ({ user }, { topic }) => past.clicksByTopic[user]?.get(topic) ?? 0),
    over('socialProof', ({ user }, { id }) => {
      let count = 0;
      for (const other of past.clickers.get(id) ?? []) if (followees[user]?.includes(other)) count += 1;
      return count >= 2 ? count : 0;
    }),
    {
      name: 'trending',
      async fetch({ visit }) {
        const counts = new Map<number, number>();
        for (const { post, at } of past.recent)
          if (at > visit.at - TREND_HOURS) counts.set(post, (counts.get(post) ?? 0) + 1);
        return found(visit.seen.map((id) => [id, counts.get(id) ?? 0] as const));
      },
    },
  ];
}

/** Value, freshness and network, as a profile weighs them. */
const scorerOf = (world: SyntheticWorld, past: Past): Scorer<Context> => ({
  name: 'value',
  async score({ visit }, items, { value, halfLifeHours, outOfNetwork }) {
    let [clicks, shown] = [0, 0];
    for (const [post, count] of past.shown) {
      shown += count;
      clicks += past.clickers.get(post)?.size ?? 0;
    }
    const mean = (clicks + 1) / (shown + 20);
    return Float64Array.from(items, ({ id }) => {
      const post = world.posts[Number(id) - 1] as SyntheticPost;
      const own = past.clickers.get(post.id)?.size ?? 0;
      const rate = (own + PRIOR * mean) / ((past.shown.get(post.id) ?? 0) + PRIOR);
      const worth = value === 'rate' ? rate / mean : value === 'count' ? 1 + own : 1;
      const near = world.followees[visit.user]?.includes(post.author) ? 1 : outOfNetwork;
      return worth * near * 2 ** (-(visit.at - post.at) / halfLifeHours);
    });
  },
});

/**
 * Plays the visits of a synthetic platform in order of time and ranks what could be seen of each by a profile, through the ranking
 * engine, from nothing but what happened before. The first half of the visits only teaches.
 *
 * @returns the mean nDCG at `k` against the clicks, and over how many visits
 */
export async function rankSyntheticFeed(
  world: SyntheticWorld,
  profile: RankingProfile,
  k = 20,
): Promise<{ readonly ndcg: number; readonly visits: number }> {
  const perUser = <T>(make: () => T): readonly T[] => world.followees.map(make);
  const past: Past = {
    clicksByAuthor: perUser(() => new Map<number, number>()),
    clicksByTopic: perUser(() => new Map<number, number>()),
    clickedBy: perUser(() => new Set<number>()),
    clickers: new Map(),
    shown: new Map(),
    recent: [],
  };
  const engine = createRankingEngine<Context>(
    {
      sources: sourcesOf(world, past),
      access: async (_, ids) => new Set(ids),
      scorers: [scorerOf(world, past)],
      rerankers: [
        authorDiversity(
          async (_, ids) =>
            new Map(ids.map((id) => [id, String(world.posts[Number(id) - 1]?.author)] as const)),
        ),
      ],
    },
    { logger: silentLogger },
    { deadlineMs: 60_000 },
  );
  let [sum, judged] = [0, 0];
  for (const [n, visit] of world.visits.entries()) {
    if (n >= world.visits.length / 2 && visit.clicked.size > 0) {
      const { items } = await engine.rank({ context: { visit }, profile, limit: k, seed: `${n}` });
      sum += rankMetrics(
        items.map(({ id }) => Number(id) - 1),
        visit.clicked,
        k,
      ).ndcg;
      judged += 1;
    }
    learn(world, past, visit);
  }
  return { ndcg: judged === 0 ? 0 : sum / judged, visits: judged };
}

const add = <K>(counts: Map<K, number> | undefined, key: K) => counts?.set(key, (counts.get(key) ?? 0) + 1);

function learn({ posts }: SyntheticWorld, past: Past, { user, at, seen, clicked }: SyntheticVisit): void {
  for (const id of seen) add(past.shown, id);
  for (const id of clicked) {
    const { author, topic } = posts[id] as SyntheticPost;
    add(past.clicksByAuthor[user], author);
    add(past.clicksByTopic[user], topic);
    past.clickedBy[user]?.add(id);
    past.clickers.set(id, (past.clickers.get(id) ?? new Set()).add(user));
    past.recent.push({ post: id, at });
  }
}
