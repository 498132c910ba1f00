import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSampleWorld, type SampleWorld } from './sample-world.js';

describe('what an account may hold', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld({ limits: { following: 2, friends: 2, blocks: 2, mutes: 2 } });
  });
  afterEach(() => world.close());

  const people = async (count: number) => {
    const made = [];
    for (let n = 0; n < count; n++) made.push(await world.account());
    return made as [Awaited<ReturnType<SampleWorld['account']>>, ...typeof made];
  };

  for (const [operation, undo, noun] of [
    ['follow', 'unfollow', 'follow'],
    ['requestFriend', 'cancelFriendRequest', 'friend_request'],
    ['block', 'unblock', 'block'],
    ['mute', 'unmute', 'mute'],
  ] as const)
    it(`is limited: ${operation}; what is taken back makes room`, async () => {
      const [me, ...others] = await people(4);
      const [a = '', b = '', c = ''] = others.map(({ id }) => id);
      const call = (userId: string) => world.graph[operation](me.actor, { userId });
      await call(a);
      await call(b);
      world.told();
      await expect(call(c)).rejects.toMatchObject({ code: `${noun}.limit_reached`, category: 'conflict' });
      expect(world.told()).toEqual([]);
      expect(await call(b)).toMatchObject({ changed: false });
      await world.graph[undo](me.actor, { userId: a });
      expect(await call(c)).toMatchObject({ changed: true });
      expect(await world.drift()).toEqual([]);
    });

  it('counts requests to private accounts as follows', async () => {
    const [me, ...others] = await people(4);
    for (const other of others) await world.setPrivate(other, true);
    const [a = '', b = '', c = ''] = others.map(({ id }) => id);
    await world.graph.follow(me.actor, { userId: a });
    await world.graph.follow(me.actor, { userId: b });
    await expect(world.graph.follow(me.actor, { userId: c })).rejects.toMatchObject({
      code: 'follow.limit_reached',
    });
  });
});
