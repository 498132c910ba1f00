import type { SuiteBackend, SuiteHandle } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuthorDelivery, DeliveryStore, FeedStores } from './store.js';

/** A handle of a storage that keeps the feed too. */
export type FeedSuiteHandle = SuiteHandle & { readonly feed: FeedStores };

/** The contract of {@link DeliveryStore}. */
export function deliverySuite(backend: SuiteBackend<FeedSuiteHandle>): void {
  describe(`DeliveryStore: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let a: DeliveryStore;
    let b: DeliveryStore;
    beforeEach(async () => {
      open = await backend.open();
      [a, b] = [open.a.feed.deliveries, open.b.feed.deliveries];
    });
    afterEach(() => open.close());

    const decide = (overrides: Partial<AuthorDelivery> = {}): AuthorDelivery => ({
      authorId: open.ids.next(),
      mode: 'pull',
      since: open.clock.now(),
      activeFollowers: 12_345,
      postsPerDay: 2.5,
      evaluatedAt: open.clock.now(),
      ...overrides,
    });

    it('knows nothing at first', async () => {
      expect(await a.snapshot()).toEqual({ distrustUpTo: '0', merged: [] });
      expect(await a.find('1')).toBeNull();
      expect(await a.progress('1')).toBeNull();
      expect(await a.pagesOn(20_000)).toBe(0);
      expect(await a.forget(open.clock.now())).toBe(0);
    });

    it('shows a decision to every process, whole', async () => {
      const delivery = decide();
      expect(await a.put(delivery)).toBe(true);
      expect(await b.find(delivery.authorId)).toEqual(delivery);
      expect((await b.snapshot()).merged).toEqual([delivery]);
    });

    it('keeps the later of two decisions, whichever is written first', async () => {
      const later = decide({ evaluatedAt: open.clock.now() + 5 });
      await a.put(later);
      expect(await b.put({ ...later, mode: 'push', evaluatedAt: open.clock.now() })).toBe(false);
      expect(await a.find(later.authorId)).toEqual(later);
      expect(await b.put({ ...later, mode: 'push', evaluatedAt: open.clock.now() + 6 })).toBe(true);
      expect(await a.find(later.authorId)).toMatchObject({ mode: 'push' });
    });

    it('tells readers of authors who are or were pulled, in order, and of no others', async () => {
      const [first, second] = [decide(), decide({ mode: 'push' })];
      await a.put(second);
      await a.put(first);
      await a.put(decide({ mode: 'push', since: 0 }));
      expect((await a.snapshot()).merged).toEqual([first, second]);
    });

    it('forgets who has long been pushed again, and nobody else', async () => {
      const now = open.clock.now();
      const [old, fresh, pulled, never] = [
        decide({ mode: 'push', since: now - 2 }),
        decide({ mode: 'push', since: now }),
        decide({ since: now - 2 }),
        decide({ mode: 'push', since: 0 }),
      ];
      for (const delivery of [old, fresh, pulled, never]) await a.put(delivery);
      expect(await b.forget(now)).toBe(1);
      expect(await a.find(old.authorId)).toBeNull();
      expect((await a.snapshot()).merged).toEqual([fresh, pulled]);
      expect(await a.find(never.authorId)).toEqual(never);
    });

    it('distrusts up to the greatest id it was told, in whatever order', async () => {
      const [low, high] = [open.ids.next(), open.ids.next()];
      await Promise.all([a.distrust(high), b.distrust(low), b.distrust(high), a.distrust(low)]);
      expect((await b.snapshot()).distrustUpTo).toBe(high);
    });

    it('remembers how far a delivery has come, until it is done', async () => {
      const [post, first, second] = [open.ids.next(), open.ids.next(), open.ids.next()];
      await a.saveProgress(post, first);
      await a.saveProgress(post, second);
      expect(await b.progress(post)).toBe(second);
      await b.saveProgress(post, null);
      await b.saveProgress(post, null);
      expect(await a.progress(post)).toBeNull();
    });

    it('adds up the pages of a day and forgets days of the week before', async () => {
      await Promise.all([...Array(20).keys()].map((i) => (i % 2 === 0 ? a : b).countPages(20_000, 50)));
      expect(await a.pagesOn(20_000)).toBe(1000);
      await a.countPages(20_007, 1);
      expect(await b.pagesOn(20_000)).toBe(1000);
      await a.countPages(20_008, 1);
      expect(await b.pagesOn(20_000)).toBe(0);
      expect(await b.pagesOn(20_007)).toBe(1);
    });
  });
}
