import type { SuiteBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';
import type { ItemStore } from './store.js';

/** The contract of {@link ItemStore}. */
export function itemStoreSuite(backend: SuiteBackend<DiscoverySuiteHandle>): void {
  describe(`ItemStore: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let a: ItemStore;
    let b: ItemStore;
    beforeEach(async () => {
      open = await backend.open();
      [a, b] = [open.a.discovery.items, open.b.discovery.items];
    });
    afterEach(() => open.close());
    const take = (userId: string, ...items: string[]) =>
      a.record(
        'books',
        items.map((item) => ({ userId, item })),
        open.clock.now(),
      );

    it('knows nothing at first', async () => {
      expect(await a.taken('books', '1', 10)).toEqual([]);
      expect(await a.takers('books', ['x'])).toEqual(new Map());
      expect(await a.takers('books', [])).toEqual(new Map());
      expect(await a.popular('books', 5)).toEqual([]);
      expect(await a.page('books', null, 5)).toEqual([]);
      expect(await a.catalogues()).toEqual([]);
      expect(await a.friends('1')).toEqual([]);
      expect(await a.withdraw('books', 'x')).toBe(0);
    });

    it('remembers each interaction once, newest first', async () => {
      expect(await take('1', 'dune', 'emma')).toBe(2);
      open.clock.advance(5);
      expect(await take('1', 'emma', 'żółw 🐢')).toBe(1);
      expect(await b.taken('books', '1', 10)).toEqual(['emma', 'żółw 🐢', 'dune']);
      expect(await b.taken('books', '1', 1)).toEqual(['emma']);
      expect(await b.taken('films', '1', 10)).toEqual([]);
    });

    it('changes the mark with what is taken and what is forgotten', async () => {
      const marks = [await a.mark('books', '1')];
      await take('1', 'dune', 'emma');
      marks.push(await b.mark('books', '1'));
      open.clock.advance(1);
      await take('1', 'dune');
      marks.push(await b.mark('books', '1'));
      expect(await a.withdraw('books', 'emma')).toBe(1);
      marks.push(await b.mark('books', '1'));
      expect(new Set(marks).size).toBe(4);
    });

    it('counts takers, lists what is popular and pages through users', async () => {
      await take('10', 'dune', 'emma');
      await take('9', 'dune');
      await take('11', 'emma', 'ulysses');
      await a.record('films', [{ userId: '9', item: 'dune' }], 1);
      expect(await b.takers('books', ['dune', 'nobody'])).toEqual(new Map([['dune', 2]]));
      expect(await b.popular('books', 2)).toEqual([
        { item: 'dune', users: 2 },
        { item: 'emma', users: 2 },
      ]);
      const first = await b.page('books', null, 2);
      expect(first.map(({ userId, items }) => [userId, items])).toEqual([
        ['9', ['dune']],
        ['10', ['dune', 'emma']],
      ]);
      expect(first[1]?.mark).toBe(await b.mark('books', '10'));
      expect((await b.page('books', '10', 2)).map(({ userId }) => userId)).toEqual(['11']);
      expect(await b.catalogues()).toEqual(['books', 'films']);
    });
  });
}
