import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymous, systemActor } from '../kernel/actor.js';
import { SocialError } from '../kernel/errors.js';
import { createSampleWorld, type SampleWorld } from './sample-world.js';

describe('following', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  it('follows a public account at once, counts it, and tells it', async () => {
    const [a, b] = [await world.account(), await world.account()];
    expect(await world.graph.follow(a.actor, { userId: b.id })).toEqual({
      status: 'following',
      changed: true,
    });
    expect(await world.counts(a.id)).toEqual([0, 1, 0]);
    expect(await world.counts(b.id)).toEqual([1, 0, 0]);
    expect(world.events).toMatchObject([
      {
        type: 'follow.accepted',
        actorId: a.id,
        payload: { followerId: a.id, followeeId: b.id, requested: false },
      },
    ]);
  });

  it('changes, counts and tells nothing when it is done already', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.follow(a.actor, { userId: b.id });
    world.told();
    expect(await world.graph.follow(a.actor, { userId: b.id })).toEqual({
      status: 'following',
      changed: false,
    });
    expect(await world.graph.unfollow(b.actor, { userId: a.id })).toEqual({ status: 'none', changed: false });
    expect(world.told()).toEqual([]);
    expect(await world.counts(b.id)).toEqual([1, 0, 0]);
  });

  it('ends a follow', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.follow(a.actor, { userId: b.id });
    expect(await world.graph.unfollow(a.actor, { userId: b.id })).toEqual({ status: 'none', changed: true });
    expect(world.told()).toEqual(['follow.accepted', 'follow.removed']);
    expect(await world.counts(a.id)).toEqual([0, 0, 0]);
    expect(await world.drift()).toEqual([]);
  });

  it('lets an account remove a follower, who may follow again', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.follow(a.actor, { userId: b.id });
    expect(await world.graph.removeFollower(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await world.graph.removeFollower(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: false,
    });
    expect(await world.graph.follow(a.actor, { userId: b.id })).toMatchObject({ changed: true });
  });

  it('asks a private account, and counts nothing until it accepts', async () => {
    const [a, b] = [await world.account(), await world.account({ isPrivate: true })];
    expect(await world.graph.follow(a.actor, { userId: b.id })).toEqual({
      status: 'requested',
      changed: true,
    });
    expect(await world.graph.follow(a.actor, { userId: b.id })).toEqual({
      status: 'requested',
      changed: false,
    });
    expect(await world.counts(b.id)).toEqual([0, 0, 0]);
    expect(world.told()).toEqual(['follow.requested']);
    expect(await world.graph.acceptRequest(b.actor, { userId: a.id })).toEqual({
      status: 'following',
      changed: true,
    });
    expect(await world.counts(b.id)).toEqual([1, 0, 0]);
    expect(world.events).toMatchObject([
      { type: 'follow.accepted', actorId: b.id, payload: { requested: true } },
    ]);
    expect(await world.graph.acceptRequest(b.actor, { userId: a.id })).toEqual({
      status: 'following',
      changed: false,
    });
  });

  it('accepts nothing that was not asked', async () => {
    const [a, b] = [await world.account(), await world.account({ isPrivate: true })];
    expect(await world.graph.acceptRequest(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: false,
    });
    expect(await world.graph.acceptRequest(b.actor, { userId: '17' })).toEqual({
      status: 'none',
      changed: false,
    });
    await world.graph.follow(a.actor, { userId: b.id });
    // Nobody accepts his own request.
    expect(await world.graph.acceptRequest(a.actor, { userId: b.id })).toEqual({
      status: 'none',
      changed: false,
    });
    expect(await world.readers.follows.isFollowing(a.id, b.id)).toBe(false);
  });

  it('forgets a rejected, a cancelled and an unfollowed request, and lets it be made again', async () => {
    const [a, b] = [await world.account(), await world.account({ isPrivate: true })];
    const ask = () => world.graph.follow(a.actor, { userId: b.id });
    await ask();
    expect(await world.graph.rejectRequest(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await world.graph.rejectRequest(b.actor, { userId: a.id })).toEqual({
      status: 'none',
      changed: false,
    });
    await ask();
    expect(await world.graph.cancelRequest(a.actor, { userId: b.id })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await world.graph.cancelRequest(a.actor, { userId: b.id })).toEqual({
      status: 'none',
      changed: false,
    });
    await ask();
    expect(await world.graph.unfollow(a.actor, { userId: b.id })).toEqual({ status: 'none', changed: true });
    expect(world.told()).toEqual([
      'follow.requested',
      'follow_request.rejected',
      'follow.requested',
      'follow_request.cancelled',
      'follow.requested',
      'follow_request.cancelled',
    ]);
    expect(await ask()).toEqual({ status: 'requested', changed: true });
  });

  it('leaves a follow alone when its request is cancelled or rejected too late', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.follow(a.actor, { userId: b.id });
    const held = { status: 'following', changed: false };
    expect(await world.graph.cancelRequest(a.actor, { userId: b.id })).toEqual(held);
    expect(await world.graph.rejectRequest(b.actor, { userId: a.id })).toEqual(held);
  });

  it('sets, keeps and changes the option to leave out reposts, through a request too', async () => {
    const [a, b, c] = [
      await world.account(),
      await world.account(),
      await world.account({ isPrivate: true }),
    ];
    const hidden = async (userId: string) => (await world.readers.follows.find(a.id, userId))?.hideReposts;
    await world.graph.follow(a.actor, { userId: b.id, hideReposts: true });
    expect(await hidden(b.id)).toBe(true);
    expect(await world.graph.follow(a.actor, { userId: b.id })).toMatchObject({ changed: false });
    expect(await hidden(b.id)).toBe(true);
    expect(await world.graph.follow(a.actor, { userId: b.id, hideReposts: false })).toMatchObject({
      changed: true,
    });
    expect(await hidden(b.id)).toBe(false);

    await world.graph.follow(a.actor, { userId: c.id });
    expect(await world.graph.follow(a.actor, { userId: c.id, hideReposts: true })).toEqual({
      status: 'requested',
      changed: true,
    });
    await world.graph.acceptRequest(c.actor, { userId: a.id });
    expect(await hidden(c.id)).toBe(true);
  });

  it('refuses oneself, missing, inactive and blocking accounts, and callers without an account', async () => {
    const [a, b, suspended] = [
      await world.account(),
      await world.account(),
      await world.account({ state: 'suspended' }),
    ];
    const gone = await world.account({ state: 'deactivated' });
    const follow = (userId: string, actor = a.actor) => world.graph.follow(actor, { userId });
    await expect(follow(a.id)).rejects.toMatchObject({ code: 'follow.self', category: 'validation' });
    await world.graph.block(b.actor, { userId: a.id });
    const errors = await Promise.all(
      ['17', suspended.id, gone.id, b.id].map((id) => follow(id).then(String, (error) => error)),
    );
    for (const error of errors)
      expect(error).toMatchObject({ code: 'account.not_found', message: errors[0].message });
    await expect(follow(b.id, anonymous)).rejects.toMatchObject({ code: 'actor.unauthenticated' });
    await expect(follow(b.id, systemActor('test'))).rejects.toMatchObject({ code: 'actor.not_an_account' });
    await expect(follow(b.id, suspended.actor)).rejects.toMatchObject({ code: 'account.inactive' });
    await world.graph.unblock(b.actor, { userId: a.id });
    expect(await follow(b.id)).toMatchObject({ status: 'following' });
  });

  it('answers the same for unfollowing a missing account and one that blocks', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await world.graph.block(b.actor, { userId: a.id });
    const answers = [
      await world.graph.unfollow(a.actor, { userId: b.id }),
      await world.graph.unfollow(a.actor, { userId: '17' }),
      await world.graph.acceptRequest(a.actor, { userId: b.id }),
      await world.graph.cancelRequest(a.actor, { userId: '17' }),
    ];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('writes nothing when a hook vetoes it', async () => {
    const [a, b] = [await world.account(), await world.account()];
    const remove = world.hooks.before('graph.follow', () => {
      throw new SocialError('forbidden', 'host.refused', 'not today');
    });
    await expect(world.graph.follow(a.actor, { userId: b.id })).rejects.toMatchObject({
      code: 'host.refused',
    });
    expect(world.told()).toEqual([]);
    remove();
    expect(await world.graph.follow(a.actor, { userId: b.id })).toMatchObject({ changed: true });
  });

  it('writes nothing for an input with an unknown key', async () => {
    const [a, b] = [await world.account(), await world.account()];
    await expect(world.graph.follow(a.actor, { userId: b.id, name: 'x' } as never)).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect(world.told()).toEqual([]);
    expect(await world.graph.follow(a.actor, { userId: b.id })).toMatchObject({ changed: true });
  });
});

describe('an account that becomes public', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  it('has its pending requests accepted, more than a batch of them', async () => {
    const star = await world.account({ isPrivate: true });
    const fans = [];
    for (let n = 0; n < 450; n++) fans.push(await world.account());
    for (const fan of fans) await world.graph.follow(fan.actor, { userId: star.id });
    await world.setState((fans[3] as { id: string }).id, 'suspended');
    await world.drain();
    world.told();
    await world.setPrivate(star, false);
    expect(await world.drain()).toMatchObject({ due: 0, dead: 0 });
    expect(await world.counts(star.id)).toEqual([450, 0, 0]);
    expect(world.told().filter((type) => type === 'follow.accepted')).toHaveLength(450);
    expect(await world.drift()).toEqual([]);
  });

  it('keeps them when it is private again before anybody looked', async () => {
    const [star, fan] = [await world.account({ isPrivate: true }), await world.account()];
    await world.graph.follow(fan.actor, { userId: star.id });
    await world.setPrivate(star, false);
    await world.setPrivate(star, true);
    await world.drain();
    expect(await world.readers.follows.isFollowing(fan.id, star.id)).toBe(false);
    expect(await world.readers.followRequests.find(fan.id, star.id)).not.toBeNull();
    await world.setPrivate(star, false);
    await world.drain();
    expect(await world.readers.follows.isFollowing(fan.id, star.id)).toBe(true);
  });

  it('answers a follow with the request that still waits', async () => {
    const [star, fan] = [await world.account({ isPrivate: true }), await world.account()];
    await world.graph.follow(fan.actor, { userId: star.id, hideReposts: true });
    await world.setPrivateSilently(star.id, false);
    expect(await world.graph.follow(fan.actor, { userId: star.id })).toEqual({
      status: 'following',
      changed: true,
    });
    expect(await world.readers.followRequests.find(fan.id, star.id)).toBeNull();
    expect((await world.readers.follows.find(fan.id, star.id))?.hideReposts).toBe(true);
    expect(await world.drift()).toEqual([]);
  });
});
