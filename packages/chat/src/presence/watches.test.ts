import type { AnyEvent, Id } from '@socialkit/core';
import { anonymous } from '@socialkit/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../conversations/sample-world.js';
import { createPresenceWorld, type PresenceWorld, type SampleNode } from './sample-world.js';

describe('watching presence', () => {
  let world: PresenceWorld;
  let node: SampleNode;
  let far: SampleNode;
  let ann: Person;
  let ben: Person;
  let told: string[];
  beforeEach(async () => {
    world = createPresenceWorld();
    [node, far] = [await world.node(), await world.node()];
    [ann, ben] = [await world.person(), await world.person()];
    told = [];
  });

  const names = () => new Map([ann, ben].map(({ id }, i) => [id, ['ann', 'ben'][i]]));
  const watch = (viewer: Person, people: readonly Person[], connectionId = 'w') =>
    node.watches.watch(
      connectionId,
      viewer.actor,
      people.map(({ id }) => id),
      ({ userId, state }) => told.push(`${names().get(userId) ?? userId} ${state}`),
    );
  const connect = (person: Person, connectionId: string = person.id) =>
    far.tracker.connected({ connectionId, userId: person.id, device: 'web' });
  const heard = async () => {
    await world.settle();
    await world.idle();
    return told.splice(0);
  };
  const event = (type: string, payload: object) => {
    node.committed([{ type, payload } as unknown as AnyEvent]);
  };

  it('answers with what is, and tells what changes, across nodes', async () => {
    connect(ann);
    await world.settle();
    expect(await watch(ben, [ann, ann, ben])).toEqual([
      { userId: ann.id, state: 'online', lastSeenAt: null },
      { userId: ben.id, state: 'offline', lastSeenAt: null },
    ]);
    expect(await heard()).toEqual([]);
    far.tracker.disconnected(ann.id);
    await world.pass(11_000);
    expect(await heard()).toEqual(['ann offline']);
    connect(ann, 'again');
    expect(await heard()).toEqual(['ann online']);
    await far.service.choose(ann.actor, { state: 'dnd' });
    expect(await heard()).toEqual(['ann dnd']);
  });

  it('tells of the death of a node', async () => {
    connect(ann);
    await world.settle();
    await watch(ben, [ann]);
    far.crash();
    await world.pass(20_000);
    expect(await heard()).toEqual(['ann offline']);
  });

  it('says nothing of what an invisible account does', async () => {
    await far.service.choose(ann.actor, { state: 'invisible' });
    await watch(ben, [ann]);
    connect(ann);
    expect(await heard()).toEqual([]);
    far.tracker.disconnected(ann.id);
    await world.pass(11_000);
    expect(await heard()).toEqual([]);
    connect(ann, 'again');
    await far.service.choose(ann.actor, { state: 'online' });
    expect(await heard()).toEqual(['ann online']);
    await far.service.choose(ann.actor, { state: 'invisible' });
    expect(await heard()).toEqual(['ann offline']);
  });

  it('goes silent with a block, at once and both ways, and shows the others still', async () => {
    const cat = await world.person();
    connect(ann);
    connect(ben);
    await world.settle();
    await watch(ben, [ann], 'ben');
    await watch(ann, [ben], 'ann');
    const seenByCat: string[] = [];
    await node.watches.watch('cat', cat.actor, [ann.id], ({ state }) => seenByCat.push(state));
    await world.block(ann, ben);
    event('block.created', { blockerId: ann.id, blockedId: ben.id });
    expect((await heard()).sort()).toEqual(['ann offline', 'ben offline']);
    await far.service.choose(ann.actor, { state: 'dnd' });
    expect(await heard()).toEqual([]);
    expect(seenByCat).toEqual(['dnd']);
  });

  it('asks the policy at each delivery, also when nobody said that it changed', async () => {
    connect(ann);
    await world.settle();
    await watch(ben, [ann]);
    await world.block(ben, ann);
    await far.service.choose(ann.actor, { state: 'dnd' });
    expect(await heard()).toEqual(['ann offline']);
  });

  it('follows privacy: a private account is there for who it accepts', async () => {
    await world.change(ann.id, { isPrivate: true });
    connect(ann);
    await world.settle();
    expect(await watch(ben, [ann])).toMatchObject([{ state: 'offline' }]);
    await world.follow(ben, ann);
    event('follow.accepted', { followerId: ben.id, followeeId: ann.id });
    expect(await heard()).toEqual(['ann online']);
    await world.change(ann.id, { state: 'suspended' });
    event('account.state_changed', { accountId: ann.id, from: 'active', to: 'suspended' });
    expect(await heard()).toEqual(['ann offline']);
  });

  it('replaces what was watched, and ends with the connection', async () => {
    await watch(ben, [ann]);
    await watch(ben, [ben]);
    connect(ann);
    connect(ben);
    expect(await heard()).toEqual(['ben online']);
    expect(node.watches.size).toBe(1);
    node.watches.end('w');
    node.watches.end('nobody');
    expect(node.watches.size).toBe(0);
    far.tracker.disconnected(ben.id);
    await world.pass(11_000);
    expect(await heard()).toEqual([]);
    expect(await watch(ben, [])).toEqual([]);
  });

  it('takes 200 accounts and no more, and only from accounts', async () => {
    const many: Id[] = Array.from({ length: 201 }, () => world.ids.next());
    const none = () => {};
    expect(await node.watches.watch('w', ben.actor, many.slice(1), none)).toHaveLength(200);
    await expect(node.watches.watch('w', ben.actor, many, none)).rejects.toMatchObject({
      code: 'presence.too_many',
    });
    expect(node.watches.size).toBe(200);
    await expect(node.watches.watch('x', anonymous, [ann.id], none)).rejects.toMatchObject({
      category: 'unauthenticated',
    });
  });

  it('finds what went unheard when it looks at all again', async () => {
    await watch(ben, [ann]);
    world.loseHints(true);
    connect(ann);
    expect(await heard()).toEqual([]);
    node.watches.lookAll('state');
    expect(await heard()).toEqual(['ann online']);
    node.watches.lookAll('access');
    expect(await heard()).toEqual([]);
  });

  it('tells when the store is back what it could not read while it was away', async () => {
    connect(ann);
    await world.settle();
    await watch(ben, [ann]);
    far.tracker.disconnected(ann.id);
    await world.pass(11_000);
    world.fail('before');
    node.watches.look([ann.id], 'state');
    await new Promise((resolve) => setImmediate(resolve));
    world.fail('no');
    await world.idle();
    expect(told).toEqual(['ann offline']);
  });

  it('does not break when a listener does', async () => {
    await node.watches.watch('broken', ben.actor, [ann.id], () => {
      throw new Error('listener');
    });
    await watch(ben, [ann]);
    connect(ann);
    expect(await heard()).toEqual(['ann online']);
  });
});
