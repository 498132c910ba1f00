import type { Id } from '@socialkit/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../conversations/sample-world.js';
import { createPresenceWorld, type PresenceWorld, type SampleNode } from './sample-world.js';

let world: PresenceWorld;
let node: SampleNode;
let ann: Person;
let ben: Person;
let made = 0;
beforeEach(async () => {
  world = createPresenceWorld();
  node = await world.node();
  [ann, ben] = [await world.person(), await world.person()];
});

const connect = async (person: Person, device: 'web' | 'mobile' = 'web', on = node) => {
  const connectionId = `c${made++}`;
  on.tracker.connected({ connectionId, userId: person.id, device });
  await world.settle();
  return connectionId;
};
const seen = async (viewer: Person, ...people: Person[]) =>
  (await node.service.get(viewer.actor, { userIds: people.map(({ id }) => id) })).items;
const stateFor = async (viewer: Person, person: Person) => (await seen(viewer, person))[0]?.state;
const leave = async (connectionId: string) => {
  node.tracker.disconnected(connectionId);
  await world.pass(12_000);
};

describe('what others see of an account', () => {
  it('is whether it is connected, in the order asked and each once', async () => {
    await connect(ann);
    expect(await seen(ben, ben, ann, ann)).toEqual([
      { userId: ben.id, state: 'offline', lastSeenAt: null },
      { userId: ann.id, state: 'online', lastSeenAt: null },
    ]);
  });

  it('is what it chose, while it is connected', async () => {
    for (const state of ['dnd', 'idle', 'online'] as const) {
      await node.service.choose(ann.actor, { state });
      expect(await stateFor(ben, ann)).toBe('offline');
    }
    await connect(ann);
    for (const state of ['dnd', 'idle', 'online'] as const) {
      expect(await node.service.choose(ann.actor, { state })).toMatchObject({ state, shown: state });
      expect(await stateFor(ben, ann)).toBe(state);
    }
  });

  it('is the best state of its devices', async () => {
    const connectionId = await connect(ann, 'mobile');
    node.tracker.activity(connectionId, 'idle');
    await world.settle();
    expect(await stateFor(ben, ann)).toBe('idle');
    await connect(ann, 'web');
    expect(await stateFor(ben, ann)).toBe('online');
    expect(await node.service.mine(ann.actor, {})).toEqual({
      state: 'online',
      shown: 'online',
      lastSeen: 'contacts',
      devices: [
        { device: 'web', state: 'online' },
        { device: 'mobile', state: 'idle' },
      ],
    });
  });

  it('is nothing for those with a block in between, both ways, from the next read on', async () => {
    await connect(ann);
    await connect(ben);
    await world.befriend(ann, ben);
    expect(await stateFor(ben, ann)).toBe('online');
    await world.block(ann, ben);
    for (const [viewer, person] of [
      [ann, ben],
      [ben, ann],
    ] as const)
      expect(await seen(viewer, person)).toEqual([{ userId: person.id, state: 'offline', lastSeenAt: null }]);
  });

  it('is nothing of a suspended account, of a missing one, of a private one for strangers', async () => {
    await connect(ann);
    await world.change(ann.id, { isPrivate: true });
    expect(await stateFor(ben, ann)).toBe('offline');
    await world.follow(ben, ann);
    expect(await stateFor(ben, ann)).toBe('online');
    await world.change(ann.id, { state: 'suspended' });
    expect(await stateFor(ben, ann)).toBe('offline');
    expect((await node.service.get(ben.actor, { userIds: ['1'] })).items).toEqual([
      { userId: '1', state: 'offline', lastSeenAt: null },
    ]);
  });

  it('is nothing while it is invisible, not even that it came and went', async () => {
    await world.follow(ann, ben);
    await leave(await connect(ann));
    const [before] = await seen(ben, ann);
    expect(before?.lastSeenAt).toBeGreaterThan(0);
    await node.service.choose(ann.actor, { state: 'invisible' });
    await world.pass(120_000);
    const connectionId = await connect(ann);
    expect(await seen(ben, ann)).toEqual([before]);
    await leave(connectionId);
    await world.pass(120_000);
    expect(await seen(ben, ann)).toEqual([before]);
    expect(await node.service.mine(ann.actor, {})).toMatchObject({ state: 'invisible', shown: 'offline' });
  });

  it('looks like going when it becomes invisible', async () => {
    await world.follow(ann, ben);
    await connect(ann);
    await world.pass(60_000);
    await node.service.choose(ann.actor, { state: 'invisible' });
    expect(await seen(ben, ann)).toEqual([
      { userId: ann.id, state: 'offline', lastSeenAt: world.clock.now() },
    ]);
  });
});

describe('while the store does not answer', () => {
  it('shows who is connected here, keeps what accounts choose, and shows the rest again afterwards', async () => {
    const far = await world.node();
    await connect(ann);
    await connect(ben, 'web', far);
    world.fail('before');
    expect(await node.service.choose(ann.actor, { state: 'dnd', lastSeen: 'nobody' })).toMatchObject({
      state: 'dnd',
      shown: 'dnd',
      devices: [{ device: 'web', state: 'online' }],
    });
    expect(await stateFor(ben, ann)).toBe('dnd');
    expect(await stateFor(ann, ben)).toBe('offline');
    world.fail('no');
    expect(await stateFor(ann, ben)).toBe('online');
  });
});

describe('when an account was last connected', () => {
  const known = async (viewer: Person) => ((await seen(viewer, ann))[0]?.lastSeenAt ?? null) !== null;

  it('is for those it chose: its contacts, everyone, nobody', async () => {
    const [followed, friend, follower] = [await world.person(), await world.person(), await world.person()];
    await world.follow(ann, followed);
    await world.befriend(ann, friend);
    await world.follow(follower, ann);
    await leave(await connect(ann));
    const table = async () => Promise.all([followed, friend, follower, ben].map(known));
    expect(await table()).toEqual([true, true, false, false]);
    await node.service.choose(ann.actor, { lastSeen: 'everyone' });
    expect(await table()).toEqual([true, true, true, true]);
    await node.service.choose(ann.actor, { lastSeen: 'nobody' });
    expect(await table()).toEqual([false, false, false, false]);
    expect(await known(ann)).toBe(true);
    await node.service.choose(ann.actor, { lastSeen: 'everyone' });
    await world.block(ann, ben);
    expect(await table()).toEqual([true, true, true, false]);
  });
});

describe('choosing', () => {
  it('reaches the other devices of the account', async () => {
    await node.service.choose(ann.actor, { state: 'dnd' });
    expect(world.hints).toEqual([
      { streams: [`user:${ann.id}`], type: 'presence.chosen', data: { state: 'dnd', lastSeen: 'contacts' } },
    ]);
  });

  it('refuses what makes no sense, and writes nothing', async () => {
    for (const input of [{}, { state: 'offline' }, { state: 'dnd', userId: ben.id }, { lastSeen: 'friends' }])
      await expect(node.service.choose(ann.actor, input as never)).rejects.toMatchObject({
        category: 'validation',
      });
    await world.change(ann.id, { state: 'suspended' });
    await expect(node.service.choose(ann.actor, { state: 'dnd' })).rejects.toMatchObject({
      code: 'account.inactive',
    });
    await expect(node.service.choose(world.system, { state: 'dnd' })).rejects.toMatchObject({
      category: 'forbidden',
    });
    expect(await node.service.mine(ann.actor, {})).toMatchObject({ state: 'online' });
    for (const userIds of [[], Array.from({ length: 201 }, () => ann.id), ['x']])
      await expect(node.service.get(ann.actor, { userIds })).rejects.toMatchObject({
        category: 'validation',
      });
  });
});

describe('who is online', () => {
  it('lists contacts that are connected, page by page, each once', async () => {
    const people: Person[] = [];
    for (let i = 0; i < 40; i++) {
      const person = await world.person();
      await world.follow(ann, person);
      if (i % 3 === 0) await connect(person);
      people.push(person);
    }
    const [hidden, blocked] = [people[0] as Person, people[3] as Person];
    await node.service.choose(hidden.actor, { state: 'invisible' });
    await world.block(blocked, ann);
    const found: Id[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await node.service.contacts(ann.actor, { limit: 5, ...(cursor ? { cursor } : {}) });
      found.push(...page.items.map(({ user }) => user.id));
      cursor = page.nextCursor;
    } while (cursor);
    const expected = people.filter((person, i) => i % 3 === 0 && person !== hidden && person !== blocked);
    expect(found).toEqual(expected.map(({ id }) => id).reverse());
    expect(await node.service.contacts(ann.actor, { of: 'friends' })).toEqual({
      items: [],
      nextCursor: null,
    });
    await world.befriend(ann, people[6] as Person);
    expect((await node.service.contacts(ann.actor, { of: 'friends' })).items).toMatchObject([
      { user: { id: people[6]?.id }, state: 'online' },
    ]);
  });

  it('lists the connected members of a conversation, also private ones, and no blocked or invisible ones', async () => {
    const people = [
      ann,
      ben,
      await world.person({ isPrivate: true }),
      await world.person(),
      await world.person(),
    ];
    const [, , secret, hidden, blocked] = people as [Person, Person, Person, Person, Person];
    const conversationId = await world.group(people);
    for (const person of people) await connect(person);
    await node.service.choose(hidden.actor, { state: 'invisible' });
    await world.block(blocked, ann);
    const { members, online, items } = await node.service.ofConversation(ann.actor, { conversationId });
    expect({ members, online }).toEqual({ members: 5, online: 3 });
    expect(items?.map(({ userId }) => userId).sort()).toEqual([ann.id, ben.id, secret.id].sort());
    const stranger = await world.person();
    await expect(node.service.ofConversation(stranger.actor, { conversationId })).rejects.toMatchObject({
      code: 'conversation.not_found',
    });
  });

  it('only counts them above 250 members', async () => {
    const people = [ann];
    for (let i = 0; i < 250; i++) people.push(await world.person());
    const conversationId = await world.group(people);
    for (const person of people.slice(0, 90)) await connect(person);
    await world.block(people[5] as Person, ann);
    expect(await node.service.ofConversation(ann.actor, { conversationId })).toEqual({
      members: 251,
      online: 89,
      items: null,
    });
  });
});
