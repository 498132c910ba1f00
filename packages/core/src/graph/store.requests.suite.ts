import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { people, walk } from './suite-samples.js';

/** The contracts of the stores of follow requests, friendships and friend requests. */
export function graphRequestsSuite(backend: SuiteBackend): void {
  describe(`requests and friends: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);

    it('keeps one follow request a pair, lists it from both ends, and hands it out once', async () => {
      const [target = '', x = '', y = ''] = await people(open, 3);
      const ask = (requesterId: string, hideReposts = false) =>
        open.a.unitOfWork.transact(({ followRequests }) =>
          followRequests.insert({ requesterId, targetId: target, id: open.ids.next(), hideReposts }),
        );
      expect(await ask(x, true)).toBe(true);
      expect(await ask(x)).toBe(false);
      expect(await ask(y)).toBe(true);
      const { followRequests } = open.b.readers;
      expect(await followRequests.find(x, target)).toMatchObject({ requesterId: x, hideReposts: true });
      expect(await followRequests.find(target, x)).toBeNull();
      expect(await walk((query) => followRequests.received(target, query), target, 1)).toEqual([y, x]);
      expect(await walk((query) => followRequests.sent(x, query), x, 1)).toEqual([target]);

      const take = () => open.a.unitOfWork.transact((stores) => stores.followRequests.take(x, target));
      expect(await take()).toMatchObject({ requesterId: x, targetId: target, hideReposts: true });
      expect(await take()).toBeNull();
      expect(await walk((query) => followRequests.received(target, query), target, 5)).toEqual([y]);
    });

    it('changes the option of a waiting follow request', async () => {
      const [target = '', x = ''] = await people(open, 2);
      const hide = () =>
        open.a.unitOfWork.transact(({ followRequests }) => followRequests.setHideReposts(x, target, true));
      expect(await hide()).toBe(false);
      await open.a.unitOfWork.transact(({ followRequests }) =>
        followRequests.insert({ requesterId: x, targetId: target, id: open.ids.next(), hideReposts: false }),
      );
      expect(await hide()).toBe(true);
      expect(await hide()).toBe(false);
      expect((await open.b.readers.followRequests.find(x, target))?.hideReposts).toBe(true);
    });

    it('hides requests of accounts that do not take part, but not from the batch that accepts all', async () => {
      const [target = '', x = ''] = await people(open, 2);
      const [suspended = ''] = await people(open, 1, 'suspended');
      await open.a.unitOfWork.transact(async ({ followRequests, friends }) => {
        for (const requesterId of [x, suspended]) {
          const id = open.ids.next();
          await followRequests.insert({ requesterId, targetId: target, id, hideReposts: false });
          await friends.insertRequest(requesterId, target, id);
        }
      });
      const { followRequests, friends } = open.b.readers;
      expect(await walk((query) => followRequests.received(target, query), target, 5)).toEqual([x]);
      expect(await walk((query) => friends.receivedRequests(target, query), target, 5)).toEqual([x]);
      const first = await followRequests.pending(target, { after: null, limit: 1 });
      expect(first).toMatchObject([{ accountId: x }]);
      const after = first[0]?.id ?? null;
      expect(await followRequests.pending(target, { after, limit: 5 })).toMatchObject([
        { accountId: suspended },
      ]);
    });

    it('makes and ends a friendship in both directions at once', async () => {
      const [a = '', b = '', c = ''] = await people(open, 3);
      const befriend = (x: string, y: string) =>
        open.a.unitOfWork.transact(({ friends }) => friends.insert(x, y, open.ids.next()));
      expect(await befriend(a, b)).toBe(true);
      expect(await befriend(b, a)).toBe(false);
      expect(await befriend(c, a)).toBe(true);
      const { friends } = open.b.readers;
      expect(await friends.areFriends(a, b)).toBe(true);
      expect(await friends.areFriends(b, a)).toBe(true);
      expect(await walk((query) => friends.friends(a, query), a, 1)).toEqual([c, b]);
      expect(await walk((query) => friends.friends(b, query), null, 5)).toEqual([a]);

      const part = () => open.a.unitOfWork.transact((stores) => stores.friends.remove(b, a));
      expect(await part()).toBe(true);
      expect(await part()).toBe(false);
      expect(await friends.areFriends(a, b)).toBe(false);
      expect(await friends.areFriends(a, c)).toBe(true);
    });

    it('keeps one friend request a direction and lists it from both ends', async () => {
      const [a = '', b = ''] = await people(open, 2);
      const ask = () =>
        open.a.unitOfWork.transact(({ friends }) => friends.insertRequest(a, b, open.ids.next()));
      expect(await ask()).toBe(true);
      expect(await ask()).toBe(false);
      const { friends } = open.b.readers;
      expect(await friends.hasRequest(a, b)).toBe(true);
      expect(await friends.hasRequest(b, a)).toBe(false);
      expect(await walk((query) => friends.receivedRequests(b, query), b, 5)).toEqual([a]);
      expect(await walk((query) => friends.sentRequests(a, query), a, 5)).toEqual([b]);
      const remove = () => open.a.unitOfWork.transact((stores) => stores.friends.removeRequest(a, b));
      expect(await remove()).toBe(true);
      expect(await remove()).toBe(false);
    });

    it('undoes what a failed unit of work wrote', async () => {
      const [a = '', b = ''] = await people(open, 2);
      await expect(
        open.a.unitOfWork.transact(async ({ friends, followRequests }) => {
          await friends.insert(a, b, open.ids.next());
          await friends.insertRequest(a, b, open.ids.next());
          const id = open.ids.next();
          await followRequests.insert({ requesterId: a, targetId: b, id, hideReposts: false });
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      const { friends, followRequests } = open.b.readers;
      expect(await friends.areFriends(a, b)).toBe(false);
      expect(await friends.hasRequest(a, b)).toBe(false);
      expect(await followRequests.find(a, b)).toBeNull();
    });

    racing(raceTitle(`gives a request to one of ${RACERS} takers`), async () => {
      const [a = '', b = ''] = await people(open, 2);
      const id = open.ids.next();
      await open.a.unitOfWork.transact(({ followRequests }) =>
        followRequests.insert({ requesterId: a, targetId: b, id, hideReposts: false }),
      );
      const taken = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ followRequests }) => followRequests.take(a, b)),
      );
      expect(taken.filter((request) => request !== null)).toHaveLength(1);
    });

    racing(raceTitle(`makes one friendship out of ${RACERS} inserts from both sides`), async () => {
      const [a = '', b = ''] = await people(open, 2);
      const made = await race(RACERS, [open.a, open.b], (handle, n) =>
        handle.unitOfWork.transact(({ friends }) =>
          n % 2 ? friends.insert(a, b, open.ids.next()) : friends.insert(b, a, open.ids.next()),
        ),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      const ended = await race(RACERS, [open.a, open.b], (handle, n) =>
        handle.unitOfWork.transact(({ friends }) => (n % 2 ? friends.remove(a, b) : friends.remove(b, a))),
      );
      expect(ended.filter(Boolean)).toHaveLength(1);
    });
  });
}
