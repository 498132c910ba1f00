import type { Id } from '@socialkit/core';
import type { SuiteBackend, SuiteHandle } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoveryStores } from '../stores.js';
import { POST_PROFILES } from './profile.js';
import type { OwnedList, RankedList, RankingStores, Served } from './store.js';

/** A handle of a storage that keeps discovery too. */
export type DiscoverySuiteHandle = SuiteHandle & { readonly discovery: DiscoveryStores };

/** The contract of {@link RankingStores}. */
export function rankingStoresSuite(backend: SuiteBackend<DiscoverySuiteHandle>): void {
  describe(`RankingStores: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let a: RankingStores;
    let b: RankingStores;
    beforeEach(async () => {
      open = await backend.open();
      [a, b] = [open.a.discovery.ranking, open.b.discovery.ranking];
    });
    afterEach(() => open.close());

    const listOf = (ids: readonly Id[], mark = 'm'): RankedList => ({
      snapshot: open.ids.next(),
      profile: 'balanced-v1',
      mark,
      items: ids.map((id, at) => ({
        id,
        score: 1 / (at + 1),
        because: [{ kind: 'followed_by', users: ['5'], count: 7 }],
        ...(at === 1 ? { propensity: 0.25 } : {}),
      })),
    });
    const put = (userId: Id, list: RankedList) => a.lists.put('people', [{ userId, list }]);

    it('holds nothing at first', async () => {
      expect(await a.lists.latest('people', '1')).toBeNull();
      expect(await a.lists.find('people', '1', '2')).toBeNull();
      expect(await a.profiles.experiments('posts')).toEqual([]);
      expect(await a.dismissals.among('1', 'people', ['2'], 0)).toEqual(new Set());
      expect(await a.dismissals.restore('1', 'people', '2')).toBe(false);
      expect(await a.served.since('1', 'posts', '0')).toEqual([]);
    });

    it('gives a list back whole, by every process, of its kind and user only', async () => {
      const list = listOf(['9', '10', '2']);
      await put('1', list);
      expect(await b.lists.latest('people', '1')).toEqual(list);
      expect(await b.lists.find('people', '1', list.snapshot)).toEqual(list);
      expect(await b.lists.latest('posts', '1')).toBeNull();
      expect(await b.lists.latest('people', '2')).toBeNull();
    });

    it('keeps the newest two lists of a user, whichever came last', async () => {
      const [first, second, third] = [listOf(['1']), listOf(['2']), listOf(['3'])];
      for (const list of [third, first, second]) await put('1', list);
      await put('7', first);
      expect(await b.lists.latest('people', '1')).toEqual(third);
      expect(await b.lists.find('people', '1', second.snapshot)).toEqual(second);
      expect(await b.lists.find('people', '1', first.snapshot)).toBeNull();
      expect(await b.lists.latest('people', '7')).toEqual(first);
      await put('1', third);
      expect(await b.lists.find('people', '1', second.snapshot)).toEqual(second);
    });

    it('writes many users at once, and drops some', async () => {
      const owned: OwnedList[] = ['1', '2', '3'].map((userId) => ({ userId, list: listOf([userId]) }));
      await a.lists.put('people', owned);
      await a.lists.put('people', []);
      await b.lists.drop('people', ['2', '99']);
      expect(await a.lists.latest('people', '2')).toBeNull();
      expect(await a.lists.latest('people', '3')).toEqual(owned[2]?.list);
      expect(await a.lists.latest('people', '1')).toEqual(owned[0]?.list);
    });

    it('keeps experiments by version, and ends them', async () => {
      const [one, two] = [POST_PROFILES['document-v1'], POST_PROFILES.counts];
      await a.profiles.put('posts', { profile: one, share: 100 });
      await a.profiles.put('posts', { profile: two, share: 50 });
      await a.profiles.put('posts', { profile: one, share: 200 });
      expect(await b.profiles.experiments('posts')).toEqual([
        { profile: two, share: 50 },
        { profile: one, share: 200 },
      ]);
      await b.profiles.put('posts', { profile: two, share: 0 });
      expect(await a.profiles.experiments('posts')).toEqual([{ profile: one, share: 200 }]);
    });

    it('remembers what was dismissed until its time', async () => {
      const now = open.clock.now();
      await a.dismissals.dismiss('1', 'people', '5', now + 10);
      await a.dismissals.dismiss('1', 'people', 'żółw 🐢', now + 10);
      await a.dismissals.dismiss('1', 'posts', '6', now + 10);
      await a.dismissals.dismiss('2', 'people', '7', now + 10);
      const among = (at: number) => b.dismissals.among('1', 'people', ['5', '6', '7', 'żółw 🐢'], at);
      expect(await among(now)).toEqual(new Set(['5', 'żółw 🐢']));
      expect(await among(now + 10)).toEqual(new Set());
      await a.dismissals.dismiss('1', 'people', '5', now + 20);
      expect(await among(now + 10)).toEqual(new Set(['5']));
      expect(await b.dismissals.restore('1', 'people', '5')).toBe(true);
      expect(await among(now)).toEqual(new Set(['żółw 🐢']));
    });

    it('appends what was served once, newest request first', async () => {
      const [early, late] = [open.ids.next(), open.ids.next()];
      const entry = (requestId: Id, position: number, item: string): Served => ({
        requestId,
        userId: '1',
        kind: 'posts',
        item,
        position,
        source: 'following',
        profile: 'balanced-v1',
        propensity: 0.5,
      });
      const entries = [entry(early, 0, '11'), entry(early, 1, '12'), entry(late, 0, '13')];
      await a.served.append(entries);
      await b.served.append([...entries, { ...entry(late, 1, '14'), userId: '2' }]);
      await b.served.append([]);
      expect((await b.served.since('1', 'posts', early)).map(({ item }) => item)).toEqual(['13', '11', '12']);
      expect(await b.served.since('1', 'posts', late)).toEqual([entries[2]]);
      expect(await b.served.since('1', 'people', early)).toEqual([]);
    });
  });
}
