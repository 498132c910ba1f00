import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareIds, type Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { people, walk } from './suite-samples.js';

/** The contracts of `FollowReader` and `FollowWriter`. */
export function graphFollowsSuite(backend: SuiteBackend): void {
  describe(`follows: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);
    const FIRST = { viewer: null, after: null, limit: 10 } as const;

    const follow = (followerId: Id, followeeId: Id, hideReposts = false) =>
      open.a.unitOfWork.transact(({ follows }) =>
        follows.insert({ followerId, followeeId, id: open.ids.next(), hideReposts }),
      );

    it('knows nothing of accounts without follows', async () => {
      const [a = ''] = await people(open, 1);
      const { follows } = open.b.readers;
      expect(await follows.find(a, '5')).toBeNull();
      expect(await follows.isFollowing(a, '5')).toBe(false);
      expect(await follows.followers(a, FIRST)).toEqual([]);
      expect(await follows.following(a, FIRST)).toEqual([]);
      expect(await follows.mutuals(a, FIRST)).toEqual([]);
      expect(await follows.countMutuals(a, null, 10)).toBe(0);
      expect(await follows.known(a, { ...FIRST, viewer: '5' })).toEqual([]);
      expect(await follows.countKnown(a, '5', 10)).toBe(0);
      expect(await follows.followerPage(a, { after: null, limit: 10 })).toEqual({ ids: '', next: null });
      expect(await follows.followeesOf(a, { after: null, limit: 10 })).toEqual({
        ids: [],
        hideReposts: [],
        next: null,
      });
    });

    it('inserts once, says so, and keeps the first edge', async () => {
      const [a = '', b = ''] = await people(open, 2);
      expect(await follow(a, b)).toBe(true);
      const first = await open.b.readers.follows.find(a, b);
      expect(first).toMatchObject({ followerId: a, followeeId: b, hideReposts: false });
      expect(await follow(a, b, true)).toBe(false);
      expect(await open.b.readers.follows.find(a, b)).toEqual(first);
      expect(await open.b.readers.follows.isFollowing(a, b)).toBe(true);
      expect(await open.b.readers.follows.isFollowing(b, a)).toBe(false);
    });

    it('inserts many at once: what is new, once each, and never beside a block', async () => {
      const [a = '', b = '', c = '', d = ''] = await people(open, 4);
      await follow(a, b);
      await open.a.unitOfWork.transact(async ({ blocks, followRequests }) => {
        await blocks.insert(d, a, open.ids.next());
        await followRequests.insert({ requesterId: c, targetId: a, id: open.ids.next(), hideReposts: false });
      });
      const edge = (followerId: Id, followeeId: Id) => ({ followerId, followeeId, id: open.ids.next() });
      const created = await open.a.unitOfWork.transact(({ follows }) =>
        follows.insertMany([
          edge(a, b),
          edge(a, c),
          edge(a, c),
          edge(c, a),
          edge(a, d),
          edge(d, a),
          edge(b, d),
        ]),
      );
      const pairs = created.map(({ followerId, followeeId }) => `${followerId}>${followeeId}`).sort();
      expect(pairs).toEqual([`${a}>${c}`, `${c}>${a}`, `${b}>${d}`].sort());
      expect(await open.b.readers.follows.isFollowing(a, d)).toBe(false);
      expect(await open.b.readers.follows.isFollowing(b, d)).toBe(true);
      expect(await open.b.readers.followRequests.find(c, a)).toBeNull();
    });

    it('changes the option of a follow that exists, and says whether it changed', async () => {
      const [a = '', b = ''] = await people(open, 2);
      const hide = (value: boolean) =>
        open.a.unitOfWork.transact(({ follows }) => follows.setHideReposts(a, b, value));
      expect(await hide(true)).toBe(false);
      await follow(a, b);
      expect(await hide(true)).toBe(true);
      expect(await hide(true)).toBe(false);
      expect((await open.b.readers.follows.find(a, b))?.hideReposts).toBe(true);
    });

    it('removes once and says whether there was one', async () => {
      const [a = '', b = ''] = await people(open, 2);
      const remove = () => open.a.unitOfWork.transact(({ follows }) => follows.remove(a, b));
      expect(await remove()).toBe(false);
      await follow(a, b);
      expect(await remove()).toBe(true);
      expect(await remove()).toBe(false);
      expect(await open.b.readers.follows.isFollowing(a, b)).toBe(false);
    });

    it('undoes what a failed unit of work wrote', async () => {
      const [a = '', b = '', c = ''] = await people(open, 3);
      await follow(a, b);
      await expect(
        open.a.unitOfWork.transact(async ({ follows }) => {
          await follows.insert({ followerId: a, followeeId: c, id: open.ids.next(), hideReposts: false });
          await follows.remove(a, b);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await open.b.readers.follows.isFollowing(a, b)).toBe(true);
      expect(await open.b.readers.follows.isFollowing(a, c)).toBe(false);
    });

    it('lists both directions newest first, in pages that neither repeat nor skip while rows arrive', async () => {
      const [star = '', ...fans] = await people(open, 8);
      for (const fan of fans) await follow(fan, star);
      const newestFirst = [...fans].reverse();
      const { follows } = open.b.readers;
      expect(await walk((query) => follows.followers(star, query), null, 3)).toEqual(newestFirst);

      const first = await follows.followers(star, { viewer: null, after: null, limit: 3 });
      const [late = ''] = await people(open, 1);
      await follow(late, star);
      const rest = await follows.followers(star, {
        viewer: null,
        after: first.at(-1)?.id ?? null,
        limit: 10,
      });
      expect([...first, ...rest].map((edge) => edge.accountId)).toEqual(newestFirst);

      for (const fan of fans) await follow(star, fan);
      expect(await walk((query) => follows.following(star, query), null, 2)).toEqual(newestFirst);
    });

    it('leaves out accounts that do not take part, and those with a block towards the viewer', async () => {
      const [star = '', fan = '', blocker = '', victim = '', viewer = ''] = await people(open, 5);
      const [suspended = ''] = await people(open, 1, 'suspended');
      const [gone = ''] = await people(open, 1, 'deactivated');
      const [limited = ''] = await people(open, 1, 'limited');
      for (const one of [fan, blocker, victim, suspended, gone, limited]) await follow(one, star);
      await open.a.unitOfWork.transact(async ({ blocks }) => {
        await blocks.insert(blocker, viewer, open.ids.next());
        await blocks.insert(viewer, victim, open.ids.next());
      });
      const seenBy = (who: Id | null) =>
        walk((query) => open.b.readers.follows.followers(star, query), who, 10);
      expect(await seenBy(null)).toEqual([limited, victim, blocker, fan]);
      expect(await seenBy(viewer)).toEqual([limited, fan]);
      expect(await seenBy(suspended)).toEqual([limited, suspended, victim, blocker, fan]);
    });

    it('lists and counts mutual follows, newest of the account’s own follows first', async () => {
      const [me = '', x = '', y = '', z = '', viewer = ''] = await people(open, 5);
      for (const other of [x, y, z]) await follow(me, other);
      for (const other of [z, x]) await follow(other, me);
      const { follows } = open.b.readers;
      expect(await walk((query) => follows.mutuals(me, query), null, 1)).toEqual([z, x]);
      expect(await follows.countMutuals(me, null, 10)).toBe(2);
      expect(await follows.countMutuals(me, null, 1)).toBe(1);
      await open.a.unitOfWork.transact(({ blocks }) => blocks.insert(z, viewer, open.ids.next()));
      expect(await walk((query) => follows.mutuals(me, query), viewer, 10)).toEqual([x]);
      expect(await follows.countMutuals(me, viewer, 10)).toBe(1);
    });

    it('lists and counts the followers a viewer knows', async () => {
      const [star = '', me = '', x = '', y = '', z = ''] = await people(open, 5);
      for (const fan of [x, y, z, me]) await follow(fan, star);
      for (const friend of [y, x, star]) await follow(me, friend);
      await follow(star, me);
      const { follows } = open.b.readers;
      expect(await walk((query) => follows.known(star, { ...query, viewer: me }), me, 1)).toEqual([x, y]);
      expect(await follows.countKnown(star, me, 10)).toBe(2);
      expect(await follows.countKnown(star, me, 1)).toBe(1);
      await open.a.unitOfWork.transact(({ blocks }) => blocks.insert(y, me, open.ids.next()));
      expect(await follows.known(star, { ...FIRST, viewer: me })).toMatchObject([{ accountId: x }]);
      expect(await follows.countKnown(star, me, 10)).toBe(1);
    });

    it('gives all followers in pages of text for fan-out, whoever they are', async () => {
      const fans = [...(await people(open, 4)), ...(await people(open, 1, 'suspended'))];
      const [star = ''] = await people(open, 1);
      for (const fan of [...fans].reverse()) await follow(fan, star);
      const { follows } = open.b.readers;
      const first = await follows.followerPage(star, { after: null, limit: 3 });
      expect(first.ids.split(',')).toHaveLength(3);
      expect(first.next).toBe(first.ids.split(',').at(-1));
      const second = await follows.followerPage(star, { after: first.next, limit: 3 });
      expect(second.next).toBeNull();
      expect([...first.ids.split(','), ...second.ids.split(',')]).toEqual([...fans].sort(compareIds));
    });

    it('gives all followees ascending, and whose reposts are hidden', async () => {
      const stars = await people(open, 5);
      const [me = ''] = await people(open, 1);
      for (const star of stars) await follow(me, star, star === stars[3]);
      const { follows } = open.b.readers;
      const first = await follows.followeesOf(me, { after: null, limit: 3 });
      expect(first).toEqual({ ids: stars.slice(0, 3), hideReposts: [], next: stars[2] });
      expect(await follows.followeesOf(me, { after: first.next, limit: 3 })).toEqual({
        ids: stars.slice(3),
        hideReposts: [stars[3]],
        next: null,
      });
    });

    racing(raceTitle(`lets one of ${RACERS} concurrent inserts and one of the removals win`), async () => {
      const [a = '', b = ''] = await people(open, 2);
      const inserted = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ follows }) =>
          follows.insert({ followerId: a, followeeId: b, id: open.ids.next(), hideReposts: false }),
        ),
      );
      expect(inserted.filter(Boolean)).toHaveLength(1);
      const removed = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ follows }) => follows.remove(a, b)),
      );
      expect(removed.filter(Boolean)).toHaveLength(1);
    });
  });
}
