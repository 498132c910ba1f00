import type { Id } from '@socialkit/core';
import { type OpenBackend, type SuiteBackend, samplePost } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';
import { expectNeighbourhood, randomPeople, writePeople } from './sample-world.js';
import type { PeopleStores } from './store.js';

const rounded = (scores: ReadonlyMap<Id, number>) =>
  [...scores].map(([id, score]) => [id, score.toFixed(9)]).sort();

/** The contract of {@link PeopleStores}. */
export function peopleStoresSuite(backend: SuiteBackend<DiscoverySuiteHandle>): void {
  describe(`PeopleStores: ${backend.name}`, () => {
    let open: OpenBackend<DiscoverySuiteHandle>;
    let stores: PeopleStores;
    let write: ReturnType<typeof writePeople>;
    beforeEach(async () => {
      open = await backend.open();
      stores = open.b.discovery;
      write = writePeople(open);
    });
    afterEach(() => open.close());
    const now = () => open.clock.now();

    it('finds nobody for who follows nobody, and for who does not exist', async () => {
      const lonely = await write.join();
      expect(await stores.people.neighbourhood(lonely, now())).toEqual({
        followers: 0,
        mutual: 0,
        people: [],
      });
      expect(await stores.people.neighbourhood('1', now())).toEqual({ followers: 0, mutual: 0, people: [] });
      expect(await stores.people.alike(lonely, lonely, 10, now())).toEqual([]);
      expect(await stores.people.popular(10, now())).toEqual([]);
      expect(await stores.people.near(lonely, 10, now())).toEqual([]);
      expect(await stores.people.interesting(lonely, 10, now())).toEqual([]);
      expect(await stores.people.evidence(lonely, [{ id: '1', via: [] }], now())).toEqual(new Map());
      expect(await stores.people.reciprocity()).toBe(0);
    });

    it('scores people as a plain recount of random worlds does', async () => {
      const seed = process.env.SOCIALKIT_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
      const world = await randomPeople(open, seed);
      for (const me of world.accounts) {
        const expected = expectNeighbourhood(world, me);
        const { people, ...counts } = await stores.people.neighbourhood(me, now());
        const said = (name: 'adamicAdar' | 'similar') =>
          rounded(
            new Map(people.filter((person) => person[name] > 0).map((person) => [person.id, person[name]])),
          );
        const where = `SOCIALKIT_SEED=${seed}, ${me}`;
        expect(new Set(people.map(({ id }) => id)), where).toEqual(expected.ids);
        expect(said('adamicAdar'), where).toEqual(rounded(expected.adamicAdar));
        expect(said('similar'), where).toEqual(rounded(expected.similar));
        expect(counts, where).toEqual({ followers: expected.followers, mutual: expected.mutual });
        for (const person of people) {
          expect(person.followsYou, where).toBe(expected.fans.has(person.id));
          for (const w of person.via)
            expect(
              world.follows.some(([from, to]) => from === w && to === person.id),
              where,
            ).toBe(true);
          expect(person.via.length > 0, where).toBe(person.similar > 0);
        }
        const evidence = await stores.people.evidence(me, people, now());
        for (const { id, via } of people) {
          const between = expected.between(id);
          const seen = evidence.get(id);
          expect(seen?.followedByCount, where).toBe(between.length);
          expect(seen?.similarCount, where).toBe(via.length);
          expect(seen?.followsYou, where).toBe(expected.fans.has(id));
          expect(seen?.followedBy.length, where).toBe(Math.min(3, between.length));
          for (const z of seen?.followedBy ?? []) expect(between, where).toContain(z);
        }
      }
    });

    it('lists popular accounts that anybody may be suggested', async () => {
      const [a, b, limited, hidden] = [
        await write.join(),
        await write.join(),
        await write.join({ state: 'limited' }),
        await write.join({ discoverable: false }),
      ];
      await write.follow([
        [a, b],
        [limited, b],
        [a, limited],
        [a, hidden],
        [b, a],
      ]);
      expect(await stores.people.popular(10, now())).toEqual([
        { id: b, followers: 2 },
        { id: a, followers: 1 },
      ]);
      expect(await stores.people.popular(1, now())).toHaveLength(1);
      expect(await stores.people.reciprocity()).toBeCloseTo(2 / 5);
    });

    it('knows who is at the same place only of those who both say so openly', async () => {
      const openly = { fieldVisibility: { location: 'public' } } as const;
      const me = await write.join({ location: 'Ulm', ...openly });
      const same = await write.join({ location: ' ulm', ...openly });
      await write.join({ location: 'Ulm' });
      await write.join({ location: 'Ulm', isPrivate: true, ...openly });
      await write.join({ location: 'Bonn', ...openly });
      const silent = await write.join({ location: 'Ulm' });
      expect(await stores.people.near(me, 10, now())).toEqual([same]);
      expect(await stores.people.near(silent, 10, now())).toEqual([]);
      expect((await stores.people.evidence(me, [{ id: same, via: [] }], now())).get(same)?.place).toBe('ulm');
      expect(
        (await stores.people.evidence(silent, [{ id: same, via: [] }], now())).get(same)?.place,
      ).toBeNull();
    });

    it('finds who writes publicly about hashtags the user follows', async () => {
      const [me, writer, quiet] = [await write.join(), await write.join(), await write.join()];
      const post = async (authorId: Id, visibility: 'public' | 'followers', tag: string) => {
        const id = open.ids.next();
        await open.a.unitOfWork.transact(async ({ posts }) => {
          await posts.insert(samplePost(id, authorId, { visibility }));
          await posts.setHashtags(id, [tag]);
        });
      };
      for (const tag of ['sun', 'sun', 'moon']) await post(writer, 'public', tag);
      await post(quiet, 'followers', 'sun');
      await open.a.unitOfWork.transact(({ topics }) =>
        topics.followHashtag(me, { tag: 'sun', id: open.ids.next() }),
      );
      expect(await stores.people.interesting(me, 10, now())).toEqual([{ id: writer, posts: 2, tag: 'sun' }]);
    });

    it('changes its mark with every follow and unfollow', async () => {
      const [me, a, b] = [await write.join(), await write.join(), await write.join()];
      const marks = [await stores.people.mark(me)];
      await write.follow([[me, a]]);
      marks.push(await stores.people.mark(me));
      await write.follow([[me, b]]);
      marks.push(await stores.people.mark(me));
      await write.unfollow(me, a);
      marks.push(await stores.people.mark(me));
      expect(new Set(marks).size).toBe(4);
      await write.follow([[a, me]]);
      expect(await stores.people.mark(me)).toBe(marks[3]);
    });

    it('exports the graph page by page', async () => {
      const [a, b, c] = [
        await write.join(),
        await write.join({ isPrivate: true }),
        await write.join({ state: 'suspended' }),
      ];
      await write.follow([
        [a, b],
        [a, c],
        [c, a],
      ]);
      await write.block(a, b);
      await write.mute(b, c);
      const { graphExport } = stores;
      expect(await graphExport.accounts(null, 2)).toEqual([
        { id: a, active: true, suggested: true, isPrivate: false },
        { id: b, active: true, suggested: true, isPrivate: true },
      ]);
      expect(await graphExport.accounts(b, 2)).toEqual([
        { id: c, active: false, suggested: false, isPrivate: false },
      ]);
      const [first] = await graphExport.followees(null, 1);
      expect(first).toEqual({ id: a, followees: `${c},${b}`, mark: await stores.people.mark(a) });
      expect((await graphExport.followees(a, 5)).map(({ id }) => id)).toEqual([c]);
      expect(await graphExport.limits(null, 5)).toEqual([
        { id: a, blocked: [b], muted: [] },
        { id: b, blocked: [], muted: [c] },
      ]);
      expect(await graphExport.limits(b, 5)).toEqual([]);
    });
  });
}
