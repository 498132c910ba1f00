import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { MuteScope } from './store.js';
import { people, walk } from './suite-samples.js';

/** The contracts of the stores of blocks and mutes, and of the relationship batch. */
export function graphLimitsSuite(backend: SuiteBackend): void {
  describe(`blocks, mutes and relationships: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);

    it('keeps one block a direction, lists it to the blocker only, and removes it once', async () => {
      const [a = '', b = '', c = ''] = await people(open, 3);
      const block = (who: Id, whom: Id) =>
        open.a.unitOfWork.transact(({ blocks }) => blocks.insert(who, whom, open.ids.next()));
      expect(await block(a, b)).toBe(true);
      expect(await block(a, b)).toBe(false);
      expect(await block(a, c)).toBe(true);
      expect(await block(b, a)).toBe(true);
      const { blocks } = open.b.readers;
      expect(await blocks.isBlocking(a, b)).toBe(true);
      expect(await blocks.isBlocking(c, a)).toBe(false);
      const listed = (who: Id) => walk(({ after, limit }) => blocks.blocked(who, { after, limit }), null, 1);
      expect(await listed(a)).toEqual([c, b]);
      expect(await listed(c)).toEqual([]);
      const unblock = () => open.a.unitOfWork.transact((stores) => stores.blocks.remove(a, b));
      expect(await unblock()).toBe(true);
      expect(await unblock()).toBe(false);
      expect(await listed(a)).toEqual([c]);
      expect(await blocks.isBlocking(b, a)).toBe(true);
    });

    it('lists mutes by scope until they end', async () => {
      const [me = '', a = '', b = ''] = await people(open, 3);
      const now = open.clock.now();
      const mute = (mutedId: Id, scope: MuteScope, expiresAt: number | null, at = now) =>
        open.a.unitOfWork.transact(({ mutes }) =>
          mutes.set({ muterId: me, mutedId, scope, expiresAt, id: open.ids.next() }, at),
        );
      expect(await mute(a, 'all', null)).toBe(true);
      expect(await mute(a, 'all', null)).toBe(false);
      expect(await mute(a, 'reposts', now + 1000)).toBe(true);
      expect(await mute(b, 'all', now + 500)).toBe(true);
      const listed = (at: number) => open.b.readers.mutes.muted(me, { after: null, limit: 10, now: at });
      expect(await listed(now)).toMatchObject([
        { accountId: b, scope: 'all', expiresAt: now + 500 },
        { accountId: a, scope: 'reposts', expiresAt: now + 1000 },
        { accountId: a, scope: 'all', expiresAt: null },
      ]);
      expect(await listed(now + 500)).toMatchObject([{ accountId: a }, { accountId: a }]);
      const [first] = await open.b.readers.mutes.muted(me, { after: null, limit: 1, now });
      const rest = await open.b.readers.mutes.muted(me, { after: first?.id ?? null, limit: 10, now });
      expect(rest).toMatchObject([{ scope: 'reposts' }, { scope: 'all' }]);
    });

    it('gives a mute that holds a new end in its place, and one that ended a new place', async () => {
      const [me = '', a = ''] = await people(open, 2);
      const now = open.clock.now();
      const mute = (expiresAt: number | null, at: number) =>
        open.a.unitOfWork.transact(({ mutes }) =>
          mutes.set({ muterId: me, mutedId: a, scope: 'all', expiresAt, id: open.ids.next() }, at),
        );
      const edge = async (at: number) =>
        (await open.b.readers.mutes.muted(me, { after: null, limit: 1, now: at }))[0];
      await mute(now + 10, now);
      const first = await edge(now);
      expect(await mute(now + 20, now)).toBe(true);
      expect(await edge(now)).toEqual({ ...first, expiresAt: now + 20 });
      expect(await mute(now + 50, now + 20)).toBe(true);
      expect((await edge(now + 20))?.id).not.toBe(first?.id);
    });

    it('says whether a removed mute still held, and drops what ended', async () => {
      const [me = '', a = '', b = ''] = await people(open, 3);
      const now = open.clock.now();
      await open.a.unitOfWork.transact(async ({ mutes }) => {
        for (const mutedId of [a, b])
          await mutes.set(
            { muterId: me, mutedId, scope: 'all', expiresAt: now + 10, id: open.ids.next() },
            now,
          );
      });
      const unmute = (whom: Id, scope: MuteScope, at: number) =>
        open.a.unitOfWork.transact(({ mutes }) => mutes.remove(me, whom, scope, at));
      expect(await unmute(a, 'reposts', now)).toBe(false);
      expect(await unmute(a, 'all', now + 10)).toBe(false);
      expect(await unmute(b, 'all', now)).toBe(true);
      expect(await unmute(b, 'all', now)).toBe(false);
      await open.a.unitOfWork.transact(async ({ mutes }) => {
        await mutes.set({ muterId: me, mutedId: a, scope: 'all', expiresAt: now + 10, id: '7' }, now);
        await mutes.removeExpired(me, now + 10);
      });
      expect(await open.b.readers.mutes.muted(me, { after: null, limit: 5, now })).toEqual([]);
    });

    it('reads every edge between one account and many in one call, unknown accounts included', async () => {
      const [me = '', a = '', b = ''] = await people(open, 3);
      const now = open.clock.now();
      const unknown = '17';
      await open.a.unitOfWork.transact(async (stores) => {
        const id = open.ids.next();
        await stores.follows.insert({ followerId: me, followeeId: a, id, hideReposts: true });
        await stores.follows.insert({ followerId: b, followeeId: me, id, hideReposts: true });
        await stores.followRequests.insert({ requesterId: me, targetId: b, id, hideReposts: false });
        await stores.followRequests.insert({ requesterId: a, targetId: me, id, hideReposts: false });
        await stores.friends.insert(me, a, id);
        await stores.friends.insertRequest(me, b, id);
        await stores.friends.insertRequest(a, me, id);
        await stores.blocks.insert(me, b, id);
        await stores.blocks.insert(a, me, id);
        await stores.mutes.set({ muterId: me, mutedId: a, scope: 'all', expiresAt: now + 9, id }, now);
        await stores.mutes.set({ muterId: me, mutedId: b, scope: 'reposts', expiresAt: null, id }, now);
        await stores.mutes.set({ muterId: b, mutedId: me, scope: 'all', expiresAt: null, id }, now);
      });
      const none = {
        following: false,
        hideReposts: false,
        followedBy: false,
        requested: false,
        requestedBy: false,
        friends: false,
        friendRequested: false,
        friendRequestedBy: false,
        blocking: false,
        muted: false,
        mutedUntil: null,
        repostsMuted: false,
      };
      const read = await open.b.readers.relationships.between(me, [a, b, unknown, a], now);
      expect(read.size).toBe(3);
      expect(read.get(a)).toEqual({
        ...none,
        following: true,
        hideReposts: true,
        requestedBy: true,
        friends: true,
        friendRequestedBy: true,
        muted: true,
        mutedUntil: now + 9,
      });
      expect(read.get(b)).toEqual({
        ...none,
        followedBy: true,
        requested: true,
        friendRequested: true,
        blocking: true,
        repostsMuted: true,
      });
      expect(read.get(unknown)).toEqual(none);
      expect((await open.b.readers.relationships.between(me, [a], now + 9)).get(a)).toMatchObject({
        muted: false,
        mutedUntil: null,
      });
      expect((await open.b.readers.relationships.between(me, [], now)).size).toBe(0);
    });

    it('counts what an account holds, requests included, up to a cap', async () => {
      const [me = '', a = '', b = '', c = ''] = await people(open, 4);
      await open.a.unitOfWork.transact(async (stores) => {
        const id = open.ids.next();
        await stores.follows.insert({ followerId: me, followeeId: a, id, hideReposts: false });
        await stores.follows.insert({ followerId: a, followeeId: me, id, hideReposts: false });
        for (const targetId of [b, c])
          await stores.followRequests.insert({ requesterId: me, targetId, id, hideReposts: false });
        await stores.friends.insert(a, me, id);
        await stores.friends.insertRequest(me, b, id);
        await stores.friends.insertRequest(c, me, id);
        await stores.blocks.insert(b, me, id);
        for (const scope of ['all', 'reposts'] as const)
          await stores.mutes.set({ muterId: me, mutedId: a, scope, expiresAt: 1, id }, 0);
      });
      const held = (who: Id, cap: number) =>
        Promise.all(
          (['following', 'friends', 'blocks', 'mutes'] as const).map((kind) =>
            open.b.readers.relationships.countHeld(who, kind, cap),
          ),
        );
      expect(await held(me, 10)).toEqual([3, 2, 0, 2]);
      expect(await held(me, 2)).toEqual([2, 2, 0, 2]);
      expect(await held(b, 10)).toEqual([0, 0, 1, 0]);
    });

    racing(raceTitle(`lets one of ${RACERS} concurrent blocks win`), async () => {
      const [a = '', b = ''] = await people(open, 2);
      const made = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ blocks }) => blocks.insert(a, b, open.ids.next())),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
    });
  });
}
