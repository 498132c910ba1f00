import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSampleWorld, type SampleWorld } from './sample-world.js';

describe('friendship', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  it('begins when the other accepts, and makes both follow each other', async () => {
    const [a, b] = [await world.account(), await world.account({ isPrivate: true })];
    expect(await world.graph.requestFriend(a.actor, { userId: b.id })).toEqual({
      status: 'requested',
      changed: true,
    });
    expect(await world.graph.requestFriend(a.actor, { userId: b.id })).toMatchObject({ changed: false });
    expect(await world.counts(a.id)).toEqual([0, 0, 0]);
    expect(await world.graph.acceptFriend(b.actor, { userId: a.id })).toEqual({
      status: 'friends',
      changed: true,
    });
    expect(await world.counts(a.id)).toEqual([1, 1, 1]);
    expect(await world.counts(b.id)).toEqual([1, 1, 1]);
    expect(world.told().sort()).toEqual([
      'follow.accepted',
      'follow.accepted',
      'friend_request.sent',
      'friendship.accepted',
    ]);
    expect(await world.graph.acceptFriend(b.actor, { userId: a.id })).toEqual({
      status: 'friends',
      changed: false,
    });
    expect(await world.graph.requestFriend(b.actor, { userId: a.id })).toEqual({
      status: 'friends',
      changed: false,
    });
    expect(await world.drift()).toEqual([]);
  });

  it('begins when both have asked', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.requestFriend(a.actor, { userId: b.id });
    expect(await world.graph.requestFriend(b.actor, { userId: a.id })).toEqual({
      status: 'friends',
      changed: true,
    });
    expect(await world.readers.friends.hasRequest(a.id, b.id)).toBe(false);
    expect(await world.readers.friends.hasRequest(b.id, a.id)).toBe(false);
    expect(await world.counts(a.id)).toEqual([1, 1, 1]);
  });

  it('answers follow requests on the way, and keeps follows that were there', async () => {
    const [a, b] = [await world.account(), await world.account({ isPrivate: true })];
    await world.graph.follow(a.actor, { userId: b.id, hideReposts: true });
    await world.graph.follow(b.actor, { userId: a.id });
    await world.graph.requestFriend(a.actor, { userId: b.id });
    await world.graph.acceptFriend(b.actor, { userId: a.id });
    expect(await world.readers.followRequests.find(a.id, b.id)).toBeNull();
    expect(await world.readers.follows.find(a.id, b.id)).toMatchObject({ hideReposts: true });
    expect(await world.counts(b.id)).toEqual([1, 1, 1]);
    expect(await world.drift()).toEqual([]);
  });

  it('leaves following alone when the option says so', async () => {
    const plain = createSampleWorld({ friendsFollow: false });
    const [a, b] = [await plain.account(), await plain.account()];
    await plain.graph.requestFriend(a.actor, { userId: b.id });
    await plain.graph.acceptFriend(b.actor, { userId: a.id });
    expect(await plain.counts(a.id)).toEqual([0, 0, 1]);
    await plain.close();
  });

  it('is not made by accepting what was not asked, nor by accepting one’s own request', async () => {
    const [a, b] = [await world.account(), await world.account()];
    const nothing = { status: 'none', changed: false };
    expect(await world.graph.acceptFriend(b.actor, { userId: a.id })).toEqual(nothing);
    expect(await world.graph.acceptFriend(b.actor, { userId: '17' })).toEqual(nothing);
    await world.graph.requestFriend(a.actor, { userId: b.id });
    expect(await world.graph.acceptFriend(a.actor, { userId: b.id })).toEqual(nothing);
    expect(await world.readers.friends.areFriends(a.id, b.id)).toBe(false);
  });

  it('ends for both, and leaves the follows', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.requestFriend(a.actor, { userId: b.id });
    await world.graph.acceptFriend(b.actor, { userId: a.id });
    expect(await world.graph.removeFriend(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await world.graph.removeFriend(a.actor, { userId: b.id })).toEqual({
      status: 'none',
      changed: false,
    });
    expect(await world.counts(a.id)).toEqual([1, 1, 0]);
    expect(await world.counts(b.id)).toEqual([1, 1, 0]);
    expect(await world.drift()).toEqual([]);
  });

  it('forgets a declined and a cancelled request, and lets it be made again', async () => {
    const [a, b] = [await world.account(), await world.account()];
    const ask = () => world.graph.requestFriend(a.actor, { userId: b.id });
    await ask();
    expect(await world.graph.declineFriend(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await world.graph.declineFriend(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: false,
    });
    await ask();
    expect(await world.graph.cancelFriendRequest(a.actor, { userId: b.id })).toEqual({
      status: 'none',
      changed: true,
    });
    await ask();
    expect(await world.graph.removeFriend(a.actor, { userId: b.id })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await ask()).toEqual({ status: 'requested', changed: true });
    expect(world.told()).toEqual([
      'friend_request.sent',
      'friend_request.declined',
      'friend_request.sent',
      'friend_request.cancelled',
      'friend_request.sent',
      'friend_request.cancelled',
      'friend_request.sent',
    ]);
    await world.graph.acceptFriend(b.actor, { userId: a.id });
    const held = { status: 'friends', changed: false };
    expect(await world.graph.declineFriend(b.actor, { userId: a.id })).toEqual(held);
    expect(await world.graph.cancelFriendRequest(a.actor, { userId: b.id })).toEqual(held);
  });

  it('refuses oneself, missing, inactive and blocking accounts with one error', async () => {
    const [a, b, c] = [
      await world.account(),
      await world.account(),
      await world.account({ state: 'suspended' }),
    ];
    await world.graph.block(b.actor, { userId: a.id });
    await expect(world.graph.requestFriend(a.actor, { userId: a.id })).rejects.toMatchObject({
      code: 'friend_request.self',
    });
    for (const userId of ['17', b.id, c.id])
      await expect(world.graph.requestFriend(a.actor, { userId })).rejects.toMatchObject({
        code: 'account.not_found',
      });
    await world.graph.unblock(b.actor, { userId: a.id });
    expect(await world.graph.requestFriend(a.actor, { userId: b.id })).toMatchObject({ status: 'requested' });
  });
});
