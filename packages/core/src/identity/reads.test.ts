import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anonymous, userActor } from '../kernel/actor.js';
import type { Cache } from '../kernel/cache.js';
import type { AnyEvent } from '../kernel/events.js';
import { createProfileCacheSubscriber, staleProfilesOf } from './profile-cache.js';
import { createSampleIdentity, host } from './sample-world.js';

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

/** A cache whose insides a test can look at. */
function createOpenCache() {
  const held = new Map<string, string>();
  let loads = 0;
  const cache: Cache = {
    async getMany(namespace, keys) {
      return new Map(
        keys.flatMap((key) => {
          const value = held.get(`${namespace}:${key}`);
          return value === undefined ? [] : [[key, value] as const];
        }),
      );
    },
    async setMany(namespace, entries) {
      for (const [key, value] of entries) held.set(`${namespace}:${key}`, value);
    },
    async invalidate(namespace, keys) {
      for (const key of keys) held.delete(`${namespace}:${key}`);
    },
    async fetch(namespace, key, _ttl, load) {
      const known = held.get(`${namespace}:${key}`);
      if (known !== undefined) return known;
      loads++;
      const value = await load();
      held.set(`${namespace}:${key}`, value);
      return value;
    },
    async close() {},
  };
  return { cache, held, loads: () => loads };
}

for (const cached of [false, true]) {
  const setup = () => {
    const open = createOpenCache();
    return {
      ...open,
      ...createSampleIdentity({
        customFields: z.strictObject({ website: z.url(), phone: z.string() }),
        fieldVisibility: { 'custom.website': 'public', 'custom.phone': 'friends' },
        ...(cached ? { cache: open.cache } : {}),
      }),
    };
  };

  describe(`profiles ${cached ? 'with' : 'without'} a cache`, () => {
    it('are public facts, counts, and what holds between the two', async () => {
      const sample = setup();
      const [ada, bob] = [await sample.account('ada'), await sample.account('bob')];
      await sample.relate('follows', bob.id, ada.id);
      await sample.relate('follow_requests', ada.id, bob.id);
      const nothing = {
        self: false,
        following: false,
        followedBy: false,
        requested: false,
        requestedBy: false,
        friends: false,
        friendRequested: false,
        friendRequestedBy: false,
        blocked: false,
        muted: false,
        repostsHidden: false,
      };
      for (let round = 0; round < 2; round++) {
        expect(await sample.identity.get(bob.actor, { userId: ada.id })).toEqual({
          id: ada.id,
          handle: 'ada',
          displayName: 'ada',
          avatar: null,
          verified: null,
          isPrivate: false,
          label: null,
          bio: '',
          firstName: null,
          lastName: null,
          location: null,
          birthDate: null,
          gender: null,
          custom: {},
          counts: { followers: 0, following: 0, friends: 0, posts: 0 },
          createdAt: expect.any(Number),
          viewer: { ...nothing, following: true, requestedBy: true },
        });
        expect((await sample.identity.get(anonymous, { userId: ada.id })).viewer).toEqual(nothing);
        expect((await sample.identity.get(ada.actor, { userId: ada.id })).viewer).toEqual({
          ...nothing,
          self: true,
        });
        expect((await sample.identity.byHandle(ada.actor, { handle: 'BOB' })).viewer).toEqual({
          ...nothing,
          followedBy: true,
          requested: true,
        });
      }
    });

    it('show each field to its audience', async () => {
      const sample = setup();
      const [ada, follower, friend, stranger] = [
        await sample.account('ada'),
        await sample.account('follower1'),
        await sample.account('friend1'),
        await sample.account('stranger1'),
      ];
      await sample.relate('follows', follower.id, ada.id);
      await sample.relate('friendships', friend.id, ada.id);
      await sample.identity.updateProfile(ada.actor, {
        firstName: 'Augusta',
        location: 'London',
        gender: 'x',
        birthDate: '1990-12-10',
        custom: { website: 'https://a.example', phone: '123' },
        fieldVisibility: { location: 'followers', birthDate: 'friends' },
      });
      const seen = async (actor: typeof host) => {
        const { firstName, location, birthDate, gender, custom } = await sample.identity.get(actor, {
          userId: ada.id,
        });
        return [firstName, location, birthDate, gender, custom.website ?? null, custom.phone ?? null];
      };
      const site = 'https://a.example';
      for (let round = 0; round < 2; round++) {
        expect(await seen(anonymous)).toEqual(['Augusta', null, null, null, site, null]);
        expect(await seen(stranger.actor)).toEqual(['Augusta', null, null, null, site, null]);
        expect(await seen(follower.actor)).toEqual(['Augusta', 'London', null, null, site, null]);
        expect(await seen(friend.actor)).toEqual(['Augusta', null, '1990-12-10', null, site, '123']);
        expect(await seen(ada.actor)).toEqual(['Augusta', 'London', '1990-12-10', 'x', site, '123']);
      }
      await sample.identity.updateSettings(ada.actor, { isPrivate: true });
      expect(await seen(stranger.actor)).toEqual([null, null, null, null, null, null]);
      expect(await seen(follower.actor)).toEqual(['Augusta', 'London', null, null, site, null]);
      expect(await seen(friend.actor)).toEqual([null, null, '1990-12-10', null, null, '123']);
      for (const text of sample.held.values())
        for (const secret of ['London', '1990', '123', '"x"']) expect(text).not.toContain(secret);
    });

    it('are gone for the very next read after a block, a suspension, or leaving', async () => {
      const sample = setup();
      const [ada, bob] = [await sample.account('ada'), await sample.account('bob')];
      const read = (actor = bob.actor) =>
        Promise.all([
          rejection(sample.identity.get(actor, { userId: ada.id })),
          rejection(sample.identity.byHandle(actor, { handle: 'ada' })),
          sample.identity.getMany(actor, { ids: [ada.id] }).then(({ items }) => items.length),
        ]);
      const visible = ['accepted', 'accepted', 1];
      const hidden = ['account.not_found', 'account.not_found', 0];
      expect(await read()).toEqual(visible);
      await sample.identity.moderate(host, { userId: ada.id, state: 'suspended' });
      expect(await read()).toEqual(hidden);
      expect(await read(ada.actor)).toEqual(visible);
      await sample.identity.moderate(host, { userId: ada.id, state: 'limited' });
      expect(await read()).toEqual(visible);
      await sample.identity.deactivate(ada.actor, {});
      expect(await read()).toEqual(hidden);
      await sample.identity.reactivate(ada.actor, {});
      await sample.relate('blocks', ada.id, bob.id);
      expect(await read()).toEqual(hidden);
      expect(await read(anonymous)).toEqual(visible);
      expect(await rejection(sample.identity.get(ada.actor, { userId: bob.id }))).toBe('account.not_found');
    });

    it('come in batches, in the order asked for, once each, without what cannot be seen', async () => {
      const sample = setup();
      const people = [];
      for (const handle of ['ada', 'bob', 'cyd', 'dan']) people.push(await sample.account(handle));
      const [ada, bob, cyd, dan] = people as [
        (typeof people)[0],
        (typeof people)[0],
        (typeof people)[0],
        (typeof people)[0],
      ];
      await sample.relate('blocks', cyd.id, ada.id);
      for (let round = 0; round < 2; round++) {
        const { items } = await sample.identity.getMany(ada.actor, {
          ids: [dan.id, '77', bob.id, cyd.id],
          handles: ['BOB', 'ada', 'no such!', 'nobody'],
        });
        expect(items.map(({ id }) => id)).toEqual([dan.id, bob.id, ada.id]);
      }
      expect(await sample.identity.getMany(anonymous, {})).toEqual({ items: [] });
      expect(
        await rejection(
          sample.identity.getMany(anonymous, { ids: Array.from({ length: 101 }, (_, n) => `${n + 1}`) }),
        ),
      ).toBe('input.invalid');
    });

    it('change for the very next read of anybody after an edit', async () => {
      const sample = setup();
      const { id, actor } = await sample.account('ada');
      const read = async () => (await sample.identity.get(anonymous, { userId: id })).displayName;
      expect(await read()).toBe('ada');
      await sample.identity.updateProfile(actor, { displayName: 'Ada' });
      expect(await read()).toBe('Ada');
      await sample.identity.editAccount(host, { userId: id, displayName: 'A. L.' });
      expect(await read()).toBe('A. L.');
    });
  });
}

describe('the profile cache', () => {
  it('is filled by one query a batch and answers the next reads', async () => {
    const open = createOpenCache();
    const sample = createSampleIdentity({ cache: open.cache });
    const [ada, bob] = [await sample.account('ada'), await sample.account('bob')];
    const ids = [ada.id, bob.id];
    await sample.identity.getMany(anonymous, { ids });
    expect(open.loads()).toBe(2);
    await sample.identity.getMany(userActor(ada.id), { ids });
    expect(open.loads()).toBe(2);
    expect(open.held.size).toBe(2);
  });

  it('forgets every account whose profile or counts an event changes', async () => {
    const open = createOpenCache();
    const sample = createSampleIdentity({ cache: open.cache });
    const [ada, bob] = [await sample.account('ada'), await sample.account('bob')];
    await sample.identity.getMany(anonymous, { ids: [ada.id, bob.id] });
    const event = (type: string, payload: object) => ({ type, payload }) as unknown as AnyEvent;
    expect(staleProfilesOf(event('mute.created', { muterId: ada.id, mutedId: bob.id }))).toEqual([]);
    expect(staleProfilesOf(event('post.published', { postId: '9', authorId: ada.id }))).toEqual([ada.id]);
    const followed = event('follow.accepted', { followerId: ada.id, followeeId: bob.id, requested: false });
    expect(staleProfilesOf(followed)).toEqual([ada.id, bob.id]);
    await createProfileCacheSubscriber(open.cache).handle(followed, {
      attempt: 1,
      signal: new AbortController().signal,
    });
    expect(open.held.size).toBe(0);
  });
});
