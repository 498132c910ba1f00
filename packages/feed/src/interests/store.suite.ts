import type { SuiteBackend, SuiteHandle } from '@socialkit/core/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiscoveryStores } from '../stores.js';
import { addMarks, markOf, weightAt } from './decay.js';
import type { InterestStore } from './store.js';
import { REMEMBERED_INTERESTS } from './types.js';

/** A handle of a storage that keeps interests. */
export type InterestSuiteHandle = SuiteHandle & { readonly discovery: DiscoveryStores };

const DAY = 24 * 60 * 60_000;

/** The contract of {@link InterestStore}. */
export function interestsSuite(backend: SuiteBackend<InterestSuiteHandle>): void {
  describe(`InterestStore: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let a: InterestStore;
    let b: InterestStore;
    let now: number;
    beforeAll(async () => {
      open = await backend.open();
      [a, b] = [open.a.discovery.interests, open.b.discovery.interests];
      now = open.clock.now();
    });
    afterAll(() => open.close());

    const somebody = () => open.ids.next();
    const gain = (value: string, amount = 1, at = now) => ({
      kind: 'hashtag' as const,
      value,
      mark: markOf(amount, at),
    });
    const weights = async (userId: string) =>
      Object.fromEntries(
        (await b.read(userId)).interests.map(({ value, mark }) => [
          value,
          mark === null ? null : weightAt(mark, now),
        ]),
      );

    it('knows nothing of anybody at first, and learns', async () => {
      expect(await b.read(somebody())).toEqual({ enabled: true, interests: [] });
    });

    it('adds up what is done, in any order, and halves it in thirty days', async () => {
      const me = somebody();
      await a.record(me, open.ids.next(), now, [gain('tea', 2), gain('cake')]);
      await b.record(me, open.ids.next(), now - 30 * DAY, [gain('tea', 4, now - 30 * DAY)]);
      const found = await weights(me);
      expect(found.tea).toBeCloseTo(4, 6);
      expect(found.cake).toBeCloseTo(1, 6);
      expect((await b.read(me)).interests.map(({ value }) => value)).toEqual(['tea', 'cake']);
    });

    it('counts an event once, also of twenty deliveries at once', async () => {
      const [me, event] = [somebody(), open.ids.next()];
      const said = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? a : b).record(me, event, now, [gain('tea')])),
      );
      expect(said.filter((fresh) => fresh)).toHaveLength(1);
      expect((await weights(me)).tea).toBeCloseTo(1, 6);
    });

    it('never lowers an interest by adding to it', async () => {
      const amounts = fc.array(
        fc.tuple(fc.double({ min: 0.01, max: 50, noNaN: true }), fc.integer({ min: -400, max: 0 })),
        { minLength: 1, maxLength: 6 },
      );
      await fc.assert(
        fc.asyncProperty(amounts, async (gains) => {
          const me = somebody();
          let before = 0;
          for (const [amount, days] of gains) {
            const at = now + days * DAY;
            await a.record(me, open.ids.next(), at, [gain('tea', amount, at), gain('cake')]);
            const after = (await weights(me)).tea ?? 0;
            expect(after).toBeGreaterThanOrEqual(before);
            before = after;
          }
        }),
        { numRuns: 15 },
      );
    });

    it('takes removed interests for removed until they are chosen again', async () => {
      const me = somebody();
      await a.record(me, open.ids.next(), now, [gain('tea'), gain('cake')]);
      expect(await b.remove(me, 'hashtag', 'tea')).toBe(true);
      expect(await b.remove(me, 'hashtag', 'tea')).toBe(false);
      await a.record(me, open.ids.next(), now, [gain('tea')]);
      expect(await weights(me)).toEqual({ cake: expect.closeTo(1, 6) });
      expect(await a.choose(me, 'hashtag', 'tea')).toBe(true);
      expect(await a.choose(me, 'hashtag', 'tea')).toBe(false);
      expect((await b.read(me)).interests[0]).toEqual({
        kind: 'hashtag',
        value: 'tea',
        mark: null,
        chosen: true,
      });
      await a.record(me, open.ids.next(), now, [gain('tea')]);
      expect((await weights(me)).tea).toBeCloseTo(1, 6);
    });

    it('forgets what it learned when it is switched off, and learns nothing until it is on', async () => {
      const me = somebody();
      await a.choose(me, 'hashtag', 'kept');
      await a.record(me, open.ids.next(), now, [gain('tea'), gain('kept')]);
      expect(await b.setEnabled(me, true)).toBe(false);
      expect(await b.setEnabled(me, false)).toBe(true);
      expect(await b.setEnabled(me, false)).toBe(false);
      expect(await a.record(me, open.ids.next(), now, [gain('tea')])).toBe(false);
      expect(await a.read(me)).toEqual({
        enabled: false,
        interests: [{ kind: 'hashtag', value: 'kept', mark: null, chosen: true }],
      });
      expect(await b.setEnabled(me, true)).toBe(true);
      expect(await a.record(me, open.ids.next(), now, [gain('tea')])).toBe(true);
    });

    it('remembers the largest of each kind', async () => {
      const me = somebody();
      const many = Array.from({ length: REMEMBERED_INTERESTS + 5 }, (_, n) => gain(`tag${n}`, n + 1));
      await a.record(me, open.ids.next(), now, [
        ...many,
        { kind: 'hour', value: '7', mark: markOf(0.5, now) },
      ]);
      const { interests } = await b.read(me);
      expect(interests).toHaveLength(REMEMBERED_INTERESTS + 1);
      expect(interests.some(({ value }) => value === 'tag4')).toBe(false);
      expect(interests.some(({ value }) => value === 'tag5')).toBe(true);
    });

    it('forgets which events were counted long ago', async () => {
      const [me, event] = [somebody(), open.ids.next()];
      await a.record(me, event, 5, [gain('tea')]);
      expect(await b.forgetEvents(6)).toBe(1);
      expect(await b.forgetEvents(6)).toBe(0);
    });
  });

  describe('marks', () => {
    it('add like weights, in any order', () => {
      const mark = fc.double({ min: -50, max: 900, noNaN: true });
      fc.assert(
        fc.property(mark, mark, (x, y) => {
          expect(addMarks(x, y)).toBe(addMarks(y, x));
          expect(addMarks(x, y)).toBeGreaterThanOrEqual(Math.max(x, y));
        }),
      );
      expect(2 ** addMarks(Math.log2(3), Math.log2(5))).toBeCloseTo(8, 10);
    });
  });
}
