import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSampleWorld, type SampleWorld } from './sample-world.js';

describe('blocking', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  it('ends follows, friendship and requests of both directions with their counts', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.requestFriend(a.actor, { userId: b.id });
    await world.graph.acceptFriend(b.actor, { userId: a.id });
    expect(await world.counts(a.id)).toEqual([1, 1, 1]);
    world.told();
    expect(await world.graph.block(b.actor, { userId: a.id })).toEqual({ status: 'blocking', changed: true });
    expect(await world.counts(a.id)).toEqual([0, 0, 0]);
    expect(await world.counts(b.id)).toEqual([0, 0, 0]);
    expect(world.told().sort()).toEqual([
      'block.created',
      'follow.removed',
      'follow.removed',
      'friendship.removed',
    ]);
    expect(await world.graph.block(b.actor, { userId: a.id })).toEqual({
      status: 'blocking',
      changed: false,
    });
    expect(world.told()).toEqual([]);
    expect(await world.drift()).toEqual([]);
  });

  it('removes the requests of both directions', async () => {
    const [a, b] = [await world.account({ isPrivate: true }), await world.account({ isPrivate: true })];
    await world.graph.follow(a.actor, { userId: b.id });
    await world.graph.follow(b.actor, { userId: a.id });
    await world.graph.requestFriend(a.actor, { userId: b.id });
    world.told();
    await world.graph.block(a.actor, { userId: b.id });
    expect(world.told().sort()).toEqual([
      'block.created',
      'follow_request.cancelled',
      'follow_request.cancelled',
      'friend_request.cancelled',
    ]);
    expect(await world.graph.requests(b.actor, {})).toEqual({ items: [], nextCursor: null });
    expect(await world.graph.friendRequests(b.actor, {})).toEqual({ items: [], nextCursor: null });
    expect(await world.graph.acceptRequest(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: false,
    });
  });

  it('keeps both from following and asking each other until it is taken back', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.block(a.actor, { userId: b.id });
    for (const [who, whom] of [
      [a, b],
      [b, a],
    ] as const) {
      await expect(world.graph.follow(who.actor, { userId: whom.id })).rejects.toMatchObject({
        code: 'account.not_found',
      });
      await expect(world.graph.requestFriend(who.actor, { userId: whom.id })).rejects.toMatchObject({
        code: 'account.not_found',
      });
      await expect(world.graph.mute(who.actor, { userId: whom.id })).rejects.toMatchObject({
        code: 'account.not_found',
      });
    }
    // Only the one who blocks can take it back.
    expect(await world.graph.unblock(b.actor, { userId: a.id })).toEqual({ status: 'none', changed: false });
    await expect(world.graph.follow(b.actor, { userId: a.id })).rejects.toMatchObject({
      category: 'not_found',
    });
    expect(await world.graph.unblock(a.actor, { userId: b.id })).toEqual({ status: 'none', changed: true });
    expect(await world.graph.follow(b.actor, { userId: a.id })).toMatchObject({ status: 'following' });
    expect(world.told()).toEqual(['block.created', 'block.removed', 'follow.accepted']);
  });

  it('works both ways at once and against whoever blocked first, but not on missing accounts', async () => {
    const [a, b] = [await world.account(), await world.account()];
    const suspended = await world.account({ state: 'suspended' });
    await world.graph.block(a.actor, { userId: b.id });
    expect(await world.graph.block(b.actor, { userId: a.id })).toEqual({ status: 'blocking', changed: true });
    await world.graph.unblock(a.actor, { userId: b.id });
    await expect(world.graph.follow(a.actor, { userId: b.id })).rejects.toMatchObject({
      category: 'not_found',
    });
    expect(await world.graph.block(a.actor, { userId: suspended.id })).toMatchObject({ changed: true });
    await expect(world.graph.block(a.actor, { userId: '17' })).rejects.toMatchObject({
      code: 'account.not_found',
    });
    await expect(world.graph.block(a.actor, { userId: a.id })).rejects.toMatchObject({ code: 'block.self' });
  });

  it('is listed to the one who blocks, and looks the same whether or not the other blocks too', async () => {
    const [a, b, c] = [await world.account(), await world.account(), await world.account()];
    await world.graph.block(a.actor, { userId: b.id });
    await world.graph.block(a.actor, { userId: c.id });
    await world.graph.block(c.actor, { userId: a.id });
    const { items } = await world.graph.blocked(a.actor, {});
    expect(items.map(({ account }) => account.id)).toEqual([c.id, b.id]);
    expect(items[0]?.viewer).toEqual(items[1]?.viewer);
    expect(items[0]?.viewer).toMatchObject({ blocking: true, following: false });
    expect((await world.graph.blocked(b.actor, {})).items).toEqual([]);
  });

  it('hides each from the other on every list', async () => {
    const [a, b, star] = [await world.account(), await world.account(), await world.account()];
    for (const one of [a, b]) {
      await world.graph.follow(one.actor, { userId: star.id });
      await world.graph.follow(star.actor, { userId: one.id });
      await world.graph.requestFriend(one.actor, { userId: star.id });
      await world.graph.acceptFriend(star.actor, { userId: one.id });
    }
    const lists = ['followers', 'following', 'friends', 'mutuals'] as const;
    const sees = async (list: (typeof lists)[number], who: typeof a) =>
      (await world.graph[list](who.actor, { userId: star.id })).items.map(({ account }) => account.id);
    for (const list of lists) expect(await sees(list, a)).toContain(b.id);
    await world.graph.block(b.actor, { userId: a.id });
    for (const list of lists) {
      expect(await sees(list, a)).toEqual([a.id]);
      expect(await sees(list, b)).toEqual([b.id]);
      expect(await sees(list, star)).toEqual([b.id, a.id]);
      await expect(world.graph[list](a.actor, { userId: b.id })).rejects.toMatchObject({
        code: 'account.not_found',
      });
    }
  });
});
