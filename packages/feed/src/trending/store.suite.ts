import type { CoreStores, Id, UnitOfWork } from '@socialkit/core';
import type { SuiteBackend, SuiteHandle } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoveryStores, DiscoveryUnit } from '../stores.js';
import { NO_LEVEL } from './detector.js';
import type { SubjectLevel, TrendGates, TrendStores } from './store.js';
import type { TrendUse } from './types.js';

/** A handle of a storage that keeps trends. */
export type TrendSuiteHandle = SuiteHandle & {
  readonly discovery: DiscoveryStores;
  readonly readers: DiscoveryUnit;
  readonly unitOfWork: UnitOfWork<CoreStores & DiscoveryUnit>;
};

const HOUR = 60 * 60_000;

/** The contract of the stores of trending. */
export function trendStoresSuite(backend: SuiteBackend<TrendSuiteHandle>): void {
  describe(`stores of trending: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let a: TrendStores;
    let b: TrendStores;
    let now: number;
    beforeEach(async () => {
      open = await backend.open();
      [a, b] = [open.a.discovery.trends, open.b.discovery.trends];
      now = open.clock.now();
    });
    afterEach(() => open.close());

    let made = 0;
    const use = (overrides: Partial<TrendUse> = {}): TrendUse => {
      const n = String(++made);
      return {
        kind: 'hashtag',
        subject: 'tea',
        actorId: n,
        source: `post:${n}`,
        postId: n,
        cell: '',
        at: now,
        ...overrides,
      };
    };
    const add = async (...uses: readonly TrendUse[]) => {
      for (const one of uses) await a.uses.replace(one.source, [one]);
    };
    const counted = (kind: TrendUse['kind'] = 'hashtag', min = 1) =>
      b.uses.count(kind, { from: now - HOUR, to: now + 1, min, limit: 100 });

    it('count nothing where nothing was used', async () => {
      expect(await counted()).toEqual([]);
      expect(await a.uses.people({ from: 0, to: now + 1 })).toEqual(new Map());
      expect(await a.uses.levels('hashtag', [], HOUR)).toEqual([]);
      expect(await a.uses.levels('hashtag', [{ subject: 'tea', from: 0, to: now }], HOUR)).toEqual([]);
      expect(await a.uses.samples('hashtag', 'tea', { cell: '', from: 0, limit: 5 })).toEqual([]);
      expect(await a.uses.removeBefore(now)).toBe(0);
      await a.uses.removePost('1');
      await a.uses.removeActor('1');
    });

    it('count each person once, everywhere and by cell, and every use', async () => {
      await add(
        use({ actorId: '7', cell: 'north' }),
        use({ actorId: '7', cell: 'north' }),
        use({ actorId: '8', cell: 'south' }),
        use({ actorId: '9' }),
        use({ subject: 'Zoë', actorId: '9' }),
        use({ kind: 'link', subject: 'https://example.org/' }),
      );
      expect(await counted()).toEqual([
        { subject: 'tea', cell: '', actors: 3, uses: 4 },
        { subject: 'Zoë', cell: '', actors: 1, uses: 1 },
        { subject: 'tea', cell: 'north', actors: 1, uses: 2 },
        { subject: 'tea', cell: 'south', actors: 1, uses: 1 },
      ]);
      expect(await counted('hashtag', 2)).toHaveLength(1);
      expect(await counted('link')).toHaveLength(1);
      const people = await b.uses.people({ from: now, to: now + 1 });
      expect(Object.fromEntries(people)).toEqual({ '': 4, north: 1, south: 1 });
    });

    it('keep stretches apart: the beginning is in, the end is not', async () => {
      await add(use({ at: now - HOUR }), use({ at: now - HOUR - 1 }), use({ at: now }));
      const inside = await a.uses.count('hashtag', { from: now - HOUR, to: now, min: 1, limit: 9 });
      expect(inside).toEqual([{ subject: 'tea', cell: '', actors: 1, uses: 1 }]);
    });

    it('make the uses of a source what they are told, however often', async () => {
      const first = use({ source: 'post:5', actorId: '5', postId: '5' });
      const second = { ...first, subject: 'coffee', cell: 'north' };
      await a.uses.replace('post:5', [first]);
      await b.uses.replace('post:5', [first, second]);
      await a.uses.replace('post:5', [first, second]);
      expect(await counted()).toHaveLength(3);
      await b.uses.replace('post:5', [second]);
      expect((await counted()).map(({ subject }) => subject)).toEqual(['coffee', 'coffee']);
      await a.uses.replace('post:5', []);
      expect(await counted()).toEqual([]);
    });

    it('take twenty deliveries of one source for one', async () => {
      const one = use({ source: 'post:5' });
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? a : b).uses.replace('post:5', [one])),
      );
      expect(await counted()).toEqual([{ subject: 'tea', cell: '', actors: 1, uses: 1 }]);
    });

    it('lose what stands in a post, what is about it, and what an account did', async () => {
      await add(
        use({ postId: '50', actorId: '1' }),
        use({ kind: 'post', subject: '50', postId: '50', actorId: '2' }),
        use({ postId: '51', actorId: '3' }),
        use({ postId: '52', actorId: '4' }),
      );
      await b.uses.removePost('50');
      expect(await counted('post')).toEqual([]);
      expect((await counted())[0]).toMatchObject({ actors: 2 });
      await b.uses.removeActor('3');
      expect((await counted())[0]).toMatchObject({ actors: 1 });
      expect(await a.uses.removeBefore(now + 1)).toBe(1);
      expect(await counted()).toEqual([]);
    });

    it('give the busiest bin of each span, everywhere and by cell', async () => {
      const from = now - 3 * HOUR;
      await add(
        use({ actorId: '1', at: from }),
        use({ actorId: '1', at: from + 1 }),
        use({ actorId: '2', at: from + HOUR, cell: 'north' }),
        use({ actorId: '3', at: from + HOUR + 5, cell: 'north' }),
        use({ actorId: '4', at: from + 2 * HOUR }),
        use({ subject: 'coffee', at: from }),
      );
      const spans = [
        { subject: 'tea', from, to: from + 3 * HOUR },
        { subject: 'nothing', from, to: now },
        { subject: 'tea', from, to: from + HOUR },
        { subject: 'tea', from: from + HOUR + 1, to: from + HOUR + 6 },
      ];
      const order = (x: { span: number; cell: string }, y: { span: number; cell: string }) =>
        x.span - y.span || (x.cell < y.cell ? -1 : 1);
      expect([...(await b.uses.levels('hashtag', spans, HOUR))].sort(order)).toEqual([
        { span: 0, cell: '', actors: 2 },
        { span: 0, cell: 'north', actors: 2 },
        { span: 2, cell: '', actors: 1 },
        { span: 3, cell: '', actors: 1 },
        { span: 3, cell: 'north', actors: 1 },
      ]);
    });

    it('show where something was used last, each post once', async () => {
      await add(
        use({ postId: '60', at: now - 5 }),
        use({ postId: '61', at: now - 4, cell: 'north' }),
        use({ postId: '60', at: now - 3 }),
        use({ postId: '62', at: now - HOUR }),
      );
      const where = { cell: '', from: now - 10, limit: 5 };
      expect(await b.uses.samples('hashtag', 'tea', where)).toEqual(['60', '61']);
      expect(await b.uses.samples('hashtag', 'tea', { ...where, cell: 'north' })).toEqual(['61']);
      expect(await b.uses.samples('hashtag', 'tea', { ...where, limit: 1 })).toEqual(['60']);
    });

    it('say what accounts used, by how many of them', async () => {
      await add(
        use({ actorId: '1' }),
        use({ actorId: '2' }),
        use({ actorId: '2' }),
        use({ actorId: '1', subject: 'coffee' }),
        use({ actorId: '3', subject: 'milk' }),
        use({ actorId: '1', subject: 'old', at: now - HOUR }),
      );
      expect(await b.uses.tagsOf(['1', '2'], { from: now, limit: 9 })).toEqual([
        { subject: 'tea', actors: 2 },
        { subject: 'coffee', actors: 1 },
      ]);
      expect(await b.uses.tagsOf(['1', '2'], { from: now, limit: 1 })).toHaveLength(1);
      expect(await b.uses.tagsOf([], { from: 0, limit: 9 })).toEqual([]);
    });

    it('take names of any script and length', async () => {
      const link = `https://example.org/${'x'.repeat(2000)}`;
      await add(
        use({ kind: 'link', subject: link }),
        use({ subject: '日本語' }),
        use({ subject: "o'k\\_%" }),
      );
      expect((await counted('link'))[0]).toMatchObject({ subject: link, actors: 1 });
      expect((await counted()).map(({ subject }) => subject).sort()).toEqual(["o'k\\_%", '日本語']);
    });

    const level = (subject: string, score: number, cell = ''): SubjectLevel => ({
      subject,
      cell,
      level: {
        ...NO_LEVEL,
        score,
        at: now,
        startedAt: score > 0 ? now : null,
        usual: 0.25,
        actors: 7,
        expected: 1.5,
        uses: 9,
        peakAt: now,
      },
    });

    it('remember levels whole, write over them, and list what is a trend', async () => {
      expect(await a.levels.all('1h', 'hashtag')).toEqual([]);
      const levels = [
        level('low', 0),
        level('b', 20.5),
        level('a', 20.5),
        level('c', 30),
        level('c', 40, 'north'),
      ];
      await a.levels.put('1h', 'hashtag', [level('c', 1), level('d', 99)]);
      await b.levels.put('1h', 'hashtag', levels);
      await b.levels.put('24h', 'hashtag', [level('day', 5)]);
      await a.levels.remove('1h', 'hashtag', [{ subject: 'd', cell: '' }]);
      await a.levels.put('1h', 'hashtag', []);
      await a.levels.remove('1h', 'hashtag', []);
      expect(await a.levels.all('1h', 'hashtag')).toHaveLength(5);
      expect(await b.levels.listed('1h', 'hashtag', '', 2)).toEqual([level('c', 30), level('a', 20.5)]);
      expect(await b.levels.listed('1h', 'hashtag', 'north', 9)).toEqual([level('c', 40, 'north')]);
      expect(await b.levels.find('1h', 'hashtag', { subject: 'low', cell: '' })).toEqual(
        level('low', 0).level,
      );
      expect(await b.levels.find('1h', 'link', { subject: 'low', cell: '' })).toBeNull();
    });

    const gate = (subject: string) => ({
      id: open.ids.next(),
      kind: 'hashtag' as const,
      subject,
      reason: 'advertising',
    });
    const inUnit = <T>(work: (gates: TrendGates) => Promise<T>): Promise<T> => {
      const unitOfWork: UnitOfWork<DiscoveryUnit> = open.a.unitOfWork;
      return unitOfWork.transact(({ trendGates }) => work(trendGates));
    };

    it('keep from trending what staff say, decided last first, in pages', async () => {
      const gates = [gate('one'), gate('two'), gate('three')];
      for (const one of gates) expect(await inUnit((store) => store.block(one))).toBe(true);
      const again = gate('one');
      expect(await inUnit((store) => store.block(again))).toBe(false);
      const { trendGates } = open.b.readers;
      expect(await trendGates.among('hashtag', ['one', 'four'])).toEqual(new Set(['one']));
      expect(await trendGates.among('link', ['one'])).toEqual(new Set());
      const first = await trendGates.list(null, 2);
      expect(first.map(({ subject }) => subject)).toEqual(['one', 'three']);
      const rest = await trendGates.list(first.at(-1)?.id as Id, 2);
      expect(rest).toEqual([gates[1]]);
      expect(await inUnit((store) => store.unblock('hashtag', 'one'))).toBe(true);
      expect(await inUnit((store) => store.unblock('hashtag', 'one'))).toBe(false);
    });

    it('decide nothing when the unit of work fails', async () => {
      const undone = inUnit(async (store) => {
        await store.block(gate('one'));
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      expect(await open.b.readers.trendGates.list(null, 9)).toEqual([]);
    });
  });
}
