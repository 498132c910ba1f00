import type { Id } from '@socialkit/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPresenceWorld, type PresenceWorld, type SampleNode } from './sample-world.js';
import type { DeviceClass } from './types.js';

describe('the connections of nodes', () => {
  let world: PresenceWorld;
  let node: SampleNode;
  let other: SampleNode;
  let user: Id;
  beforeEach(async () => {
    world = createPresenceWorld();
    node = await world.node();
    other = await world.node();
    user = world.ids.next();
  });

  const connect = (on: SampleNode, connectionId: string, device: DeviceClass = 'web', userId = user) =>
    on.tracker.connected({ connectionId, userId, device });
  const state = async (userId = user) =>
    (await world.store.devices([userId])).get(userId)?.map(({ device, state }) => `${device} ${state}`) ?? [];

  it('makes an account online with the first, and tells once', async () => {
    connect(node, 'a');
    connect(node, 'b');
    connect(other, 'c');
    await world.settle();
    expect(await state()).toEqual(['web online']);
    expect(world.changes()).toEqual([user]);
  });

  it('keeps an account online for the grace time after the last, and tells then', async () => {
    connect(node, 'a');
    await world.settle();
    world.changes();
    node.tracker.disconnected('a');
    await world.pass(9000);
    expect(await state()).toEqual(['web online']);
    expect(world.changes()).toEqual([]);
    await world.pass(2000);
    expect(await state()).toEqual([]);
    expect(world.changes()).toEqual([user]);
  });

  for (const where of ['the same node', 'another node'])
    it(`says nothing when an account comes back in time on ${where}`, async () => {
      connect(node, 'a');
      await world.settle();
      world.changes();
      for (let i = 0; i < 20; i++) {
        node.tracker.disconnected(`a${i || ''}`);
        await world.pass(3000);
        connect(where === 'the same node' ? node : other, `a${i + 1}`);
      }
      await world.pass(30_000);
      expect(await state()).toEqual(['web online']);
      expect(world.changes()).toEqual([]);
    });

  it('lets a device idle that nobody uses, until somebody does', async () => {
    connect(node, 'a');
    connect(node, 'b', 'mobile');
    await world.pass(299_000);
    expect(await state()).toEqual(['web online', 'mobile online']);
    node.tracker.activity('a');
    await world.pass(2000);
    expect(await state()).toEqual(['web online', 'mobile idle']);
    node.tracker.activity('a', 'idle');
    await world.settle();
    expect(await state()).toEqual(['web idle', 'mobile idle']);
    world.changes();
    node.tracker.activity('b');
    await world.settle();
    expect(await state()).toEqual(['web idle', 'mobile online']);
    expect(world.changes()).toEqual([user]);
  });

  it('ignores connections it does not know, and those it knows already', async () => {
    connect(node, 'a');
    connect(node, 'a', 'mobile');
    node.tracker.disconnected('nobody');
    node.tracker.activity('nobody');
    await world.settle();
    expect(await state()).toEqual(['web online']);
    expect(node.tracker.size).toBe(1);
  });

  it('finds out within 20 seconds that a node has died, and tells each of its accounts once', async () => {
    const users = Array.from({ length: 300 }, () => world.ids.next());
    for (const [i, userId] of users.entries()) connect(node, `${i}`, 'web', userId);
    connect(other, 'stays', 'mobile', users[0]);
    await world.settle();
    world.changes();
    const died = world.clock.now();
    node.crash();
    await world.pass(20_000);
    expect((await world.store.devices(users)).size).toBe(1);
    expect(world.changes().sort()).toEqual(users.slice(1).sort());
    const records = await world.readers.presence.find(users);
    for (const userId of users.slice(1))
      expect(Math.abs((records.get(userId)?.lastSeenAt ?? 0) - died)).toBeLessThanOrEqual(5000);
    expect(records.get(users[0] as Id)?.lastSeenAt).toBeNull();
    await world.pass(40_000);
    expect(world.changes()).toEqual([]);
  });

  it('keeps a healthy connection online for three hours', async () => {
    connect(node, 'a');
    await world.settle();
    world.changes();
    for (let minutes = 0; minutes < 180; minutes += 4) {
      await world.pass(240_000);
      node.tracker.activity('a');
      expect(await state()).toHaveLength(1);
    }
    await world.settle();
    expect(await state()).toEqual(['web online']);
    expect(world.changes()).toEqual([]);
  });

  for (const ms of [3 * 3_600_000, -3 * 3_600_000])
    it(`does not notice when the wall clock jumps by ${ms / 3_600_000} hours`, async () => {
      connect(node, 'a');
      await world.settle();
      world.changes();
      world.clock.set(world.clock.now() + ms);
      await world.pass(30_000);
      expect(await state()).toEqual(['web online']);
      expect(world.changes()).toEqual([]);
    });

  it('comes back under another name after the node was thought dead', async () => {
    connect(node, 'a');
    await world.settle();
    const tick = node.tracker.tick;
    node.crash();
    await world.pass(25_000);
    expect(await state()).toEqual([]);
    await tick();
    expect(await state()).toEqual(['web online']);
    await world.pass(10_000);
    await tick();
    expect(await state()).toEqual(['web online']);
  });

  it('fills a store that lost everything', async () => {
    const users = Array.from({ length: 700 }, () => world.ids.next());
    for (const [i, userId] of users.entries()) connect(i % 2 ? node : other, `${i}`, 'web', userId);
    await world.settle();
    world.flushStore();
    expect((await world.store.devices(users)).size).toBe(0);
    await world.pass(6000);
    expect((await world.store.devices(users)).size).toBe(700);
  });

  for (const how of ['before', 'after'] as const)
    it(`tells later what it could not tell while the store failed ${how} it did anything`, async () => {
      const stayed = world.ids.next();
      connect(node, 'stays', 'web', stayed);
      connect(node, 'a');
      await world.settle();
      world.changes();
      world.fail(how);
      const came = world.ids.next();
      connect(node, 'b', 'mobile', came);
      node.tracker.disconnected('a');
      await world.pass(40_000);
      world.fail('no');
      await world.pass(20_000);
      expect(await state()).toEqual([]);
      expect(await state(came)).toEqual(['mobile online']);
      expect(await state(stayed)).toEqual(['web online']);
      const changed = world.changes();
      expect(changed).toContain(user);
      expect(changed).toContain(came);
    });

  it('takes everything back at once when it closes', async () => {
    connect(node, 'a');
    connect(node, 'b', 'web', world.ids.next());
    await world.settle();
    world.changes();
    const held = world.size();
    node.crash();
    await node.close();
    await node.close();
    expect(await state()).toEqual([]);
    expect(world.changes()).toHaveLength(2);
    expect(held - world.size()).toBe(5);
    connect(node, 'late');
    expect(node.tracker.size).toBe(2);
  });

  it('holds nothing after a thousand connections came and went', async () => {
    const before = world.size();
    for (let i = 0; i < 1000; i++) {
      const userId = world.ids.next();
      const on = i % 2 ? node : other;
      connect(on, `${i}`, 'web', userId);
      if (i % 10 === 0) await world.settle();
      on.tracker.disconnected(`${i}`);
    }
    await world.pass(11_000);
    expect(world.size()).toBe(before);
    expect([node.tracker.size, other.tracker.size]).toEqual([0, 0]);
  });

  it('writes when an account was last seen at most once a minute', async () => {
    const seen: number[] = [];
    for (let i = 0; i < 8; i++) {
      connect(node, `${i}`);
      await world.pass(1000);
      node.tracker.disconnected(`${i}`);
      await world.pass(11_000);
      seen.push((await world.readers.presence.find([user])).get(user)?.lastSeenAt ?? 0);
    }
    expect(seen[0]).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(2);
    await world.pass(60_000);
    const last = (await world.readers.presence.find([user])).get(user)?.lastSeenAt ?? 0;
    expect(last).toBeGreaterThan(seen[7] ?? 0);
  });

  it('asks the store as often however many accounts it holds, within a partition', async () => {
    const users = Array.from({ length: 2000 }, () => world.ids.next());
    for (const [i, userId] of users.entries()) connect(node, `${i}`, 'web', userId);
    await world.settle();
    other.crash();
    await world.pass(60_000);
    const before = world.storeCalls();
    await world.pass(240_000);
    // A renewal and a part of the entries each five seconds.
    expect(world.storeCalls() - before).toBeLessThanOrEqual(2 * 48 + 4);
  });

  it('ends equal to the connections of living nodes, whatever happened', async () => {
    const actArb = fc.oneof(
      fc.record({ do: fc.constant('connect'), node: fc.nat(2), user: fc.nat(5) }),
      fc.record({ do: fc.constant('disconnect'), node: fc.nat(2), user: fc.nat(5) }),
      fc.record({ do: fc.constant('pass'), node: fc.nat(40), user: fc.nat(1) }),
      fc.record({
        do: fc.constantFrom('crash', 'flush', 'fail', 'heal', 'close'),
        node: fc.nat(2),
        user: fc.nat(1),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(actArb, { maxLength: 30 }), async (acts) => {
        const world = createPresenceWorld();
        const users = Array.from({ length: 6 }, () => world.ids.next());
        const nodes = await Promise.all([world.node(), world.node(), world.node()]);
        const open = nodes.map(() => new Map<string, Id>());
        const dead = new Set<number>();
        let made = 0;
        for (const act of acts) {
          const [at, on] = [act.node % 3, nodes[act.node % 3] as SampleNode];
          const own = open[at] as Map<string, Id>;
          const userId = users[act.user] as Id;
          if (act.do === 'connect' && !dead.has(at)) {
            const connectionId = `${made++}`;
            on.tracker.connected({ connectionId, userId, device: 'web' });
            own.set(connectionId, userId);
          } else if (act.do === 'disconnect' && !dead.has(at)) {
            const [connectionId] = [...own].find(([, of]) => of === userId) ?? [];
            if (connectionId === undefined) continue;
            on.tracker.disconnected(connectionId);
            own.delete(connectionId);
          } else if (act.do === 'pass') await world.pass(act.node * 1000);
          else if (act.do === 'flush') world.flushStore();
          else if (act.do === 'fail') world.fail(act.node === 0 ? 'after' : 'before');
          else if (act.do === 'heal') world.fail('no');
          else if ((act.do === 'crash' || act.do === 'close') && !dead.has(at)) {
            dead.add(at);
            own.clear();
            on.crash();
            if (act.do === 'close') await on.close();
          }
        }
        world.fail('no');
        // Somebody is there to find out about the dead.
        await world.node();
        await world.pass(40_000);
        const online = await world.store.devices(users);
        const expected = new Set(open.flatMap((own) => [...own.values()]));
        expect([...online.keys()].sort()).toEqual([...expected].sort());
      }),
      { numRuns: 60 },
    );
  });
});
