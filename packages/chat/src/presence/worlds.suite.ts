import type { Id } from '@socialkit/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incarnation, PresenceStore, PresenceTransition, Reachability } from './store.js';
import type { PresenceHarness } from './store.suite.js';
import { DEVICE_CLASSES, type DevicePresence } from './types.js';

/** A node as the oracle knows it. */
interface Node {
  readonly name: Incarnation;
  readonly store: PresenceStore;
  alive: boolean;
  reaped: boolean;
  readonly said: Map<Id, readonly DevicePresence[]>;
}

const NODES = 3;
const USERS = 4;

const devicesArb = fc.uniqueArray(
  fc.record({
    device: fc.constantFrom(...DEVICE_CLASSES),
    state: fc.constantFrom('online', 'idle'),
  } as const),
  { maxLength: 3, selector: ({ device }) => device },
);
const stepArb = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      node: fc.nat(NODES - 1),
      user: fc.nat(USERS - 1),
      devices: devicesArb,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const), node: fc.nat(NODES - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), node: fc.nat(NODES - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reap' as const), node: fc.nat(NODES - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), node: fc.nat(NODES - 1) }) },
);

const reach = (devices: readonly DevicePresence[]): Reachability => {
  if (devices.length === 0) return 'offline';
  return devices.some(({ state }) => state === 'online') ? 'online' : 'idle';
};

/**
 * Random stories of three nodes and four accounts against a naive account of them: what is read is what the live nodes said,
 * and once dead nodes are reaped the transitions, added up, are what is true.
 */
export function presenceWorldsSuite(name: string, open: () => Promise<PresenceHarness>): void {
  describe(`PresenceStore in random worlds: ${name}`, () => {
    it('is what a naive account of random stories says', async () => {
      const world = await open();
      await fc.assert(
        fc.asyncProperty(fc.array(stepArb, { minLength: 5, maxLength: 40 }), async (steps) => {
          const { a, b, ids, elapse } = world;
          const fresh = (store: PresenceStore): Node => ({
            name: ids.next().padStart(16, '0').slice(-16),
            store,
            alive: true,
            reaped: false,
            said: new Map(),
          });
          const nodes = Array.from({ length: NODES }, (_, i) => fresh(i % 2 ? b : a));
          const all: Node[] = [...nodes];
          const watchers = [fresh(a), fresh(b)] as const;
          const users = Array.from({ length: USERS }, () => ids.next());
          const told = new Map<Id, Reachability>();
          // Until a dead node is reaped nobody was told that it is.
          const settled = () => all.every(({ alive, reaped }) => alive || reaped);
          const hear = (transitions: readonly PresenceTransition[]) => {
            for (const { userId, from, to } of transitions) {
              if (settled()) expect(from).toBe(told.get(userId) ?? 'offline');
              expect(to).not.toBe(from);
              told.set(userId, to);
            }
          };
          const saidOf = (userId: Id, counts: (node: Node) => boolean) =>
            all.filter(counts).flatMap((node) => node.said.get(userId) ?? []);
          for (const node of [...nodes, ...watchers]) await node.store.begin(node.name);

          for (const step of steps) {
            const node = nodes[step.node] as Node;
            if (step.do === 'put' && node.alive) {
              const userId = users[step.user] as Id;
              node.said.set(userId, step.devices);
              hear(await node.store.put(node.name, [{ userId, devices: step.devices }]));
            } else if (step.do === 'refresh' && node.alive) {
              const entries = [...node.said].flatMap(([userId, devices]) =>
                devices.length > 0 ? [{ userId, devices }] : [],
              );
              expect(await node.store.refresh(node.name, entries)).toEqual([]);
            } else if (step.do === 'die' && node.alive) {
              node.alive = false;
              for (let i = 0; i < 4; i++) {
                await elapse(5000);
                for (const other of [...nodes, ...watchers])
                  if (other.alive) expect((await other.store.renew(other.name)).held).toBe(true);
              }
            } else if (step.do === 'reap' && !node.alive && !node.reaped) {
              for (let done = false; !done; ) {
                const reaped = await watchers[0].store.reap(node.name);
                for (const { userId, to } of reaped?.transitions ?? []) told.set(userId, to);
                done = reaped?.done ?? false;
              }
              node.reaped = true;
            } else if (step.do === 'again' && !node.alive) {
              const next = fresh(node.store);
              nodes[step.node] = next;
              all.push(next);
              await next.store.begin(next.name);
            }
            for (const store of [a, b]) {
              const read = await store.devices(users);
              for (const userId of users) {
                const expected = saidOf(userId, ({ alive }) => alive);
                expect(reach(read.get(userId) ?? [])).toBe(reach(expected));
                expect(new Set(read.get(userId)?.map(({ device }) => device))).toEqual(
                  new Set(expected.map(({ device }) => device)),
                );
              }
            }
            if (settled())
              for (const userId of users)
                expect(told.get(userId) ?? 'offline').toBe(reach(saidOf(userId, ({ alive }) => alive)));
          }
          for (const node of [...all, ...watchers]) {
            if (node.alive) await node.store.end(node.name);
            while (!(await watchers[0].store.reap(node.name))?.done);
          }
        }),
        { numRuns: 25 },
      );
      await world.close();
    });
  });
}
