import { type Id, silentLogger } from '@socialkit/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorDiversity } from './author-diversity.js';
import { createRankingEngine, type RankingParts } from './engine.js';
import { maximalMarginalRelevance } from './mmr.js';
import { createProfile, type RankingProfile } from './profile.js';
import type { Because, Found, Source } from './types.js';

type Context = Record<string, never>;
const context: Context = {};
const INTEREST: Because = { kind: 'interest', subject: 'sun' };

const source = (name: string, found: readonly (readonly [Id, number])[]): Source<Context> => ({
  name,
  fetch: async () =>
    found.map(([id, raw]): Found => ({ id, raw, because: [{ kind: 'interest', subject: name }] })),
});

const profileOf = (sources: Record<string, number>, more: Partial<RankingProfile> = {}) =>
  createProfile({
    version: 'test-v1',
    sources: Object.fromEntries(Object.entries(sources).map(([name, weight]) => [name, { weight }])),
    author: { decay: 1, floor: 1 },
    mmrLambda: 1,
    exploreEvery: 0,
    ...more,
  });

const everybody = async (_: Context, ids: readonly Id[]) => new Set(ids);

const engineOf = (parts: Partial<RankingParts<Context>>, deadlineMs = 150) =>
  createRankingEngine<Context>(
    { sources: [], access: everybody, ...parts },
    { logger: silentLogger },
    { deadlineMs },
  );

const rank = (parts: Partial<RankingParts<Context>>, profile: RankingProfile, limit = 10, seed = 's') =>
  engineOf(parts).rank({ context, profile, limit, seed });

const idsOf = (items: readonly { readonly id: Id }[]) => items.map(({ id }) => id);

describe('the ranking engine', () => {
  it('adds what sources say, each divided by its largest', async () => {
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['1', 10],
            ['2', 5],
          ]),
          source('b', [
            ['2', 0.2],
            ['3', 0.1],
          ]),
        ],
      },
      profileOf({ a: 1, b: 2 }),
    );
    expect(items.map(({ id, score }) => [id, score])).toEqual([
      ['2', 2.5],
      ['1', 1],
      ['3', 1],
    ]);
    expect(items[0]?.parts).toEqual({ a: 0.5, b: 2 });
    expect(items[0]?.because.map(({ subject }) => subject)).toEqual(['b', 'a']);
  });

  it('keeps the order of the one source that is weighed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.double({ min: 0.001, max: 1000, noNaN: true })),
        async (ids, raws) => {
          const found = ids.map((id) => [String(id), raws.next().value as number] as const);
          const noise = ids.map((id) => [String(id), raws.next().value as number] as const);
          const { items } = await rank(
            { sources: [source('a', found), source('b', noise)] },
            profileOf({ a: 0.3, b: 0 }),
            100,
          );
          const expected = [...found].sort((x, y) => y[1] - x[1] || Number(x[0]) - Number(y[0]));
          expect(idsOf(items)).toEqual(expected.map(([id]) => id));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same list for the same input, ties by the lower id', async () => {
    const sources = [
      source('a', [
        ['30', 1],
        ['4', 1],
        ['100', 1],
      ]),
    ];
    const lists = await Promise.all([1, 2, 3].map(() => rank({ sources }, profileOf({ a: 1 }))));
    for (const { items } of lists) expect(idsOf(items)).toEqual(['4', '30', '100']);
  });

  it('drops and names sources that are late or fail, and answers with the others', async () => {
    const late: Source<Context> = { name: 'late', fetch: () => new Promise(() => {}) };
    const broken: Source<Context> = {
      name: 'broken',
      fetch: async () => {
        throw new Error('down');
      },
    };
    const engine = engineOf({ sources: [late, broken, source('a', [['1', 1]])] }, 20);
    const ranking = await engine.rank({
      context,
      profile: profileOf({ late: 1, broken: 1, a: 1 }),
      limit: 5,
      seed: 's',
    });
    expect(idsOf(ranking.items)).toEqual(['1']);
    expect(ranking.debug).toEqual({ late: ['late'], failed: ['broken'] });
  });

  it('takes at most 300 of a source and 1,000 of all', async () => {
    const many = (from: number) =>
      Array.from({ length: 400 }, (_, n) => [String(from + n), 400 - n] as const);
    const { items } = await rank(
      { sources: ['a', 'b', 'c', 'd'].map((name, n) => source(name, many(1 + n * 400))) },
      profileOf({ a: 1, b: 1, c: 1, d: 1 }),
      2000,
    );
    expect(items).toHaveLength(1000);
    expect(Math.max(...idsOf(items).map((id) => (Number(id) - 1) % 400))).toBeLessThan(300);
  });

  it('asks for access twice: of all candidates, and of the chosen ones again', async () => {
    const asked: (readonly Id[])[] = [];
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['1', 3],
            ['2', 2],
            ['3', 1],
          ]),
        ],
        access: async (_, ids) => {
          asked.push(ids);
          // Gone between the two looks.
          return new Set(
            asked.length === 1 ? ids.filter((id) => id !== '2') : ids.filter((id) => id !== '1'),
          );
        },
      },
      profileOf({ a: 1 }),
    );
    expect(asked).toEqual([
      ['1', '2', '3'],
      ['1', '3'],
    ]);
    expect(idsOf(items)).toEqual(['3']);
  });

  it('shows nothing when access or a filter fails', async () => {
    const broken = async () => {
      throw new Error('down');
    };
    const sources = [source('a', [['1', 1]])];
    expect((await rank({ sources, access: broken }, profileOf({ a: 1 }))).items).toEqual([]);
    const filtered = await rank(
      { sources, filters: [{ name: 'seen', stage: 'post', keep: broken }] },
      profileOf({ a: 1 }),
    );
    expect(filtered).toEqual({ items: [], debug: { late: [], failed: ['seen'] } });
  });

  it('shows one to three reasons, and no item without one', async () => {
    const because: Because[] = ['a', 'b', 'c', 'd'].map((subject) => ({ kind: 'interest', subject }));
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['1', 2],
            ['2', 1],
          ]),
        ],
        reasons: async (_, given) => new Map(given.map(({ id }) => [id, id === '1' ? because : []])),
      },
      profileOf({ a: 1 }),
    );
    expect(items.map(({ id, because: why }) => [id, why.length])).toEqual([['1', 3]]);
  });

  it('multiplies by scorers and says by how much', async () => {
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['1', 4],
            ['2', 3],
          ]),
        ],
        scorers: [
          {
            name: 'age',
            score: async (_, given) => Float64Array.from(given, ({ id }) => (id === '1' ? 0.5 : 1)),
          },
        ],
      },
      profileOf({ a: 1 }),
    );
    expect(items.map(({ id, score, factors }) => [id, score, factors])).toEqual([
      ['2', 0.75, { age: 1 }],
      ['1', 0.5, { age: 0.5 }],
    ]);
  });

  it('lists the newest first under a chronological profile', async () => {
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['9', 1],
            ['10', 0.1],
            ['2', 5],
          ]),
        ],
      },
      profileOf({ a: 1 }, { order: 'time' }),
    );
    expect(idsOf(items)).toEqual(['10', '9', '2']);
  });

  it('lets others in between the items of one author', async () => {
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['1', 10],
            ['2', 9],
            ['3', 8],
            ['4', 6],
          ]),
        ],
        rerankers: [
          authorDiversity(
            async () =>
              new Map([
                ['1', '7'],
                ['2', '7'],
                ['3', '7'],
                ['4', '8'],
              ]),
          ),
        ],
      },
      profileOf({ a: 1 }, { author: { decay: 0.5, floor: 0.25 } }),
    );
    expect(idsOf(items)).toEqual(['1', '4', '2', '3']);
    expect(items[2]?.factors.author).toBeCloseTo(0.625);
  });

  it('moves what is like the items above down', async () => {
    const vectors = new Map([
      ['1', Float32Array.of(1, 0)],
      ['2', Float32Array.of(1, 0.01)],
      ['3', Float32Array.of(0, 1)],
    ]);
    const { items } = await rank(
      {
        sources: [
          source('a', [
            ['1', 10],
            ['2', 9],
            ['3', 7],
          ]),
        ],
        rerankers: [maximalMarginalRelevance(async () => vectors)],
      },
      profileOf({ a: 1 }, { mmrLambda: 0.7 }),
    );
    expect(idsOf(items)).toEqual(['1', '3', '2']);
  });

  it('explores in every n-th slot with the propensity it used, the same for the same seed', async () => {
    const found = Array.from({ length: 40 }, (_, n) => [String(n + 1), 40 - n] as const);
    const pool = Array.from({ length: 8 }, (_, n) => ({
      id: String(1000 + n),
      good: n === 0 ? 30 : 0,
      bad: 10,
    }));
    const parts = { sources: [source('a', found)], explorer: { unexplored: async () => pool } };
    const profile = profileOf({ a: 1 }, { exploreEvery: 16 });
    const { items } = await rank(parts, profile, 32);
    const slots = items.flatMap(({ propensity }, at) => (propensity === undefined ? [] : [at]));
    expect(slots).toEqual([15, 31]);
    expect(items[15]).toMatchObject({ id: '1000', because: [{ kind: 'explore' }] });
    expect(items[15]?.propensity).toBeGreaterThan(0.9);
    expect((await rank(parts, profile, 32)).items).toEqual(items);
  });

  it('rechecks a list made earlier: access, filters, reasons as they are now', async () => {
    const engine = engineOf({
      access: async (_, ids) => new Set(ids.filter((id) => id !== '2')),
      reasons: async (_, items) => new Map(items.map(({ id }) => [id, id === '3' ? [] : [INTEREST]])),
    });
    const shown = await engine.recheck(
      context,
      ['1', '2', '3', '4'].map((id) => ({ id, because: [] })),
    );
    expect(shown).toEqual([
      { id: '1', because: [INTEREST] },
      { id: '4', because: [INTEREST] },
    ]);
  });
});
