import { describe, expect, it } from 'vitest';
import { POST_PROFILES } from '../ranking/profile.js';
import { createRandom } from '../ranking/random.js';
import { type CandidateModel, evaluate, type ObservedInteraction } from './evaluate.js';
import { gini, intraListDistance, rankMetrics } from './metrics.js';
import { replay } from './replay.js';
import { generateGraph, generateWorld } from './synthetic.js';
import { rankSyntheticFeed } from './synthetic-feed.js';

describe('the metrics', () => {
  it('are those of the book on a list that can be worked out by hand', () => {
    const { recall, ndcg, mrr } = rankMetrics(['a', 'b', 'c'], new Set(['b', 'x']), 3);
    expect([recall, mrr]).toEqual([0.5, 0.5]);
    expect(ndcg).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)));
    expect(rankMetrics([], new Set(['a']), 3)).toEqual({ recall: 0, ndcg: 0, mrr: 0 });
    expect(gini([1, 1, 1, 1])).toBeCloseTo(0);
    expect(gini([0, 0, 0, 4])).toBeCloseTo(0.75);
    expect(intraListDistance([Float32Array.of(1, 0), Float32Array.of(0, 1)])).toBe(1);
  });
});

describe('the synthetic platform', () => {
  it('is the same for the same seed, with hubs, communities and returned follows', () => {
    const { community, followees } = generateGraph({ seed: 'a', users: 600 });
    expect(generateGraph({ seed: 'a', users: 600 }).followees).toEqual(followees);
    const inDegree = new Array<number>(600).fill(0);
    let [inside, returned, all] = [0, 0, 0];
    for (const [from, own] of followees.entries())
      for (const to of own) {
        inDegree[to] = (inDegree[to] ?? 0) + 1;
        all += 1;
        if (community[from] === community[to]) inside += 1;
        if (followees[to]?.includes(from)) returned += 1;
      }
    const sorted = inDegree.sort((a, b) => b - a);
    // A tenth would hold a tenth if all were followed alike.
    expect(sorted.slice(0, 60).reduce((sum, n) => sum + n, 0) / all).toBeGreaterThan(0.2);
    expect(inside / all).toBeGreaterThan(0.5);
    expect(returned / all).toBeGreaterThan(0.2);
  });

  it('is ranked better by balanced-v1 than by time or by counts', async () => {
    for (const seed of ['one', 'two', 'three']) {
      const world = generateWorld({ seed });
      const ndcg = async (version: keyof typeof POST_PROFILES) =>
        (await rankSyntheticFeed(world, POST_PROFILES[version])).ndcg;
      const figures = {
        'balanced-v1': await ndcg('balanced-v1'),
        'document-v1': await ndcg('document-v1'),
        chronological: await ndcg('chronological'),
        counts: await ndcg('counts'),
      };
      process.stdout.write(
        `nDCG@20 of generated clicks, seed ${seed}: ${Object.entries(figures)
          .map(([name, value]) => `${name} ${value.toFixed(3)}`)
          .join(', ')}\n`,
      );
      expect(figures['balanced-v1']).toBeGreaterThan(figures.chronological);
      expect(figures['balanced-v1']).toBeGreaterThan(figures.counts);
    }
  }, 60_000);
});

describe('evaluate', () => {
  const random = createRandom('evaluate');
  const data: ObservedInteraction[] = Array.from({ length: 60 }, (_, user) => user).flatMap((user) =>
    Array.from({ length: 4 + (user % 20) }, (_, n) => ({
      user: String(user),
      item: `${user % 3}-${Math.floor(random() * 30)}`,
      at: n + random(),
    })),
  );
  const listed = (
    order: (train: readonly ObservedInteraction[], user: string) => readonly string[],
  ): CandidateModel => ({
    fit: async (train) => async (user) => order(train, user),
  });
  const own = (train: readonly ObservedInteraction[], user: string) =>
    [...new Set(train.map(({ item }) => item))].filter((item) => item.startsWith(`${Number(user) % 3}-`));

  it('tells a model that knows something from one that does not, by hash and by time', async () => {
    for (const split of ['hash', 'time'] as const) {
      const found = await evaluate({
        data,
        split,
        k: 20,
        models: {
          knows: listed(own),
          guesses: listed((train, user) =>
            [...new Set(train.map(({ item }) => item))].filter((item) => !own(train, user).includes(item)),
          ),
        },
      });
      expect(found.guesses.metrics.recall).toBe(0);
      expect(found.knows.metrics.recall).toBeGreaterThan(0.2);
      expect(found.knows.users).toBe(found.guesses.users);
      expect(found.knows.metrics.coverage).toBeGreaterThan(0.5);
      expect(found.knows.segments.light).toBeGreaterThan(0.2);
    }
  });
});

describe('replay', () => {
  it('finds the worth of a ranking from what another one showed by chance', () => {
    const random = createRandom('replay');
    // Shown: `a` nine times of ten. Clicked: `a` .1, `b` .4.
    const log = Array.from({ length: 20_000 }, (_, n) => {
      const item = random() < 0.9 ? 'a' : 'b';
      const reward = random() < (item === 'a' ? 0.1 : 0.4) ? 1 : 0;
      return { requestId: String(n), item, propensity: item === 'a' ? 0.9 : 0.1, reward };
    });
    const always = replay(log, ({ item }) => (item === 'b' ? 1 : 0));
    expect(always.logged).toBeCloseTo(0.13, 1);
    expect(Math.abs(always.estimate - 0.4)).toBeLessThan(0.04);
    expect(always.effectiveSample).toBeGreaterThan(1000);
    expect(() => replay([{ requestId: '1', item: 'a', propensity: 0, reward: 1 }], () => 1)).toThrow(
      RangeError,
    );
  });
});
