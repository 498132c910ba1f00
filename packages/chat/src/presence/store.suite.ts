import { randomBytes } from 'node:crypto';
import type { Id, Ids } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incarnation, LeaseAnswer, PresenceStore, PresenceTransition } from './store.js';
import type { DeviceClass, DevicePresence, DeviceState } from './types.js';

/** Two handles on one empty back-end of presence with the default times, as two processes would hold them. */
export interface PresenceHarness {
  readonly a: PresenceStore;
  readonly b: PresenceStore;
  readonly ids: Ids;
  /** Moves the store's own clock; may go back. */
  elapse(ms: number): Promise<void>;
  /** How many keys, rows or objects the back-end holds in all. */
  size(): Promise<number>;
  close(): Promise<void>;
}

export const newIncarnation = (): Incarnation => randomBytes(8).toString('hex');

/** A class of devices in a state. */
export const device = (of: DeviceClass, state: DeviceState = 'online'): DevicePresence => ({
  device: of,
  state,
});

const LEASE_MS = 15_000;
const RENEW_MS = 5000;

/** The contract of {@link PresenceStore}. */
export function presenceStoreSuite(name: string, open: () => Promise<PresenceHarness>): void {
  describe(`PresenceStore: ${name}`, () => {
    let harness: PresenceHarness;
    let a: PresenceStore;
    let b: PresenceStore;
    let A: Incarnation;
    let B: Incarnation;
    let user: Id;
    beforeEach(async () => {
      harness = await open();
      ({ a, b } = harness);
      [A, B] = [newIncarnation(), newIncarnation()];
      await a.begin(A);
      await b.begin(B);
      user = harness.ids.next();
    });
    afterEach(() => harness.close());

    const seenBy = async (store: PresenceStore, userId = user) =>
      (await store.devices([userId])).get(userId) ?? [];
    const join = (store: PresenceStore, node: Incarnation, ...devices: DevicePresence[]) =>
      store.put(node, [{ userId: user, devices }]);
    const moved = (from: PresenceTransition['from'], to: PresenceTransition['to'], userId = user) => [
      { userId, from, to },
    ];
    /** Time passes while these nodes renew. */
    const pass = async (ms: number, ...living: (readonly [PresenceStore, Incarnation])[]) => {
      let answers: LeaseAnswer[] = [];
      for (let left = ms; left > 0; left -= RENEW_MS) {
        await harness.elapse(Math.min(left, RENEW_MS));
        answers = [];
        for (const [store, node] of living) answers.push(await store.renew(node));
      }
      return answers;
    };

    it('knows nobody at first', async () => {
      expect(await a.devices([user])).toEqual(new Map());
      expect(await a.devices([])).toEqual(new Map());
      expect(await a.put(A, [])).toEqual([]);
      expect(await a.refresh(A, [])).toEqual([]);
      expect(await a.renew(A)).toEqual({ held: true, interrupted: false, dead: [] });
    });

    it('shows every process who came, and tells the writer once', async () => {
      expect(await join(a, A, device('web'))).toEqual(moved('offline', 'online'));
      expect(await join(a, A, device('web'))).toEqual([]);
      for (const store of [a, b]) expect(await seenBy(store)).toEqual([device('web')]);
    });

    it('knows a node that began a moment ago', async () => {
      await seenBy(b);
      const late = newIncarnation();
      await a.begin(late);
      await a.put(late, [{ userId: user, devices: [device('mobile')] }]);
      expect(await seenBy(b)).toEqual([device('mobile')]);
      expect(await b.put(B, [{ userId: user, devices: [device('web')] }])).toEqual([]);
    });

    it('merges devices of all nodes, the best state of each class, in one order', async () => {
      await join(a, A, device('mobile', 'idle'), device('web', 'idle'));
      expect(await join(b, B, device('mobile'), device('desktop', 'idle'))).toEqual(moved('idle', 'online'));
      expect(await seenBy(a)).toEqual([device('desktop', 'idle'), device('web', 'idle'), device('mobile')]);
      expect(await join(b, B, device('desktop', 'idle'))).toEqual(moved('online', 'idle'));
      expect(await seenBy(b)).toEqual([
        device('desktop', 'idle'),
        device('web', 'idle'),
        device('mobile', 'idle'),
      ]);
    });

    it('says offline when the last node lets go, and not before', async () => {
      await join(a, A, device('web'));
      await join(b, B, device('web'));
      expect(await join(a, A)).toEqual([]);
      expect(await join(b, B)).toEqual(moved('online', 'offline'));
      expect(await join(b, B)).toEqual([]);
      expect(await seenBy(a)).toEqual([]);
    });

    it('lets one of twenty concurrent writers tell of a change', async () => {
      const told = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? join(a, A, device('web')) : join(b, B, device('web')))),
      );
      expect(told.flat()).toEqual(moved('offline', 'online'));
      const left = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? join(a, A) : join(b, B))));
      expect(left.flat()).toEqual(moved('online', 'offline'));
    });

    it('takes many accounts in one call', async () => {
      const users = Array.from({ length: 500 }, () => harness.ids.next());
      const told = await a.put(
        A,
        users.map((userId) => ({ userId, devices: [device('web')] })),
      );
      expect(told.map(({ userId }) => userId).sort()).toEqual([...users].sort());
      expect((await b.devices([...users, user])).size).toBe(500);
    });

    it('counts a connected account as connected for as long as it is refreshed', async () => {
      const devices = [device('web'), device('mobile', 'idle')];
      await join(a, A, ...devices);
      for (let minutes = 0; minutes < 48; minutes += 4) {
        await pass(240_000, [a, A], [b, B]);
        expect(await a.refresh(A, [{ userId: user, devices }])).toEqual([]);
      }
      expect(await seenBy(b)).toEqual(devices);
    });

    it('lets an entry lapse that is never refreshed', async () => {
      await join(a, A, device('web'));
      await pass(605_000, [a, A], [b, B]);
      expect(await seenBy(b)).toEqual([]);
      expect(await join(a, A, device('web'))).toEqual(moved('offline', 'online'));
    });

    it('names what is missing when it is refreshed', async () => {
      const other = harness.ids.next();
      await join(a, A, device('web'));
      expect(
        await a.refresh(A, [
          { userId: user, devices: [device('web')] },
          { userId: other, devices: [device('web')] },
        ]),
      ).toEqual([other]);
      expect(await seenBy(a, other)).toEqual([]);
    });

    it('ends all entries of a node with its lease, and leaves the others', async () => {
      const both = harness.ids.next();
      await join(a, A, device('web'));
      await a.put(A, [{ userId: both, devices: [device('web')] }]);
      await b.put(B, [{ userId: both, devices: [device('mobile', 'idle')] }]);
      const [answer] = await pass(LEASE_MS + RENEW_MS, [b, B]);
      expect(await seenBy(b)).toEqual([]);
      expect(await seenBy(b, both)).toEqual([device('mobile', 'idle')]);
      expect(answer?.dead.map(({ incarnation }) => incarnation)).toEqual([A]);
      expect(answer?.dead[0]?.lastRenewedAgoMs).toBeGreaterThanOrEqual(LEASE_MS);
      expect(answer?.dead[0]?.lastRenewedAgoMs).toBeLessThan(LEASE_MS + 2 * RENEW_MS);
    });

    it('tells once of everybody a dead node took along', async () => {
      const users = Array.from({ length: 250 }, () => harness.ids.next());
      await a.put(
        A,
        users.map((userId) => ({ userId, devices: [device('web')] })),
      );
      await b.put(B, [{ userId: users[0] as Id, devices: [device('web', 'idle')] }]);
      await pass(LEASE_MS + RENEW_MS, [b, B]);
      const told: PresenceTransition[] = [];
      for (let done = false; !done; ) {
        const step = await b.reap(A);
        told.push(...(step?.transitions ?? []));
        done = step?.done ?? false;
      }
      expect(told).toHaveLength(250);
      expect(new Set(told.map(({ userId }) => userId)).size).toBe(250);
      for (const { userId, from, to } of told)
        expect([from, to]).toEqual(['online', userId === users[0] ? 'idle' : 'offline']);
      expect((await b.renew(B)).dead).toEqual([]);
    });

    it('does not reap a node that lives', async () => {
      await join(a, A, device('web'));
      expect(await b.reap(A)).toEqual({ transitions: [], done: true });
      expect(await seenBy(b)).toEqual([device('web')]);
    });

    it('never lets a dead node live again, whatever it writes', async () => {
      await join(a, A, device('web'));
      await pass(LEASE_MS + RENEW_MS, [b, B]);
      expect((await a.renew(A)).held).toBe(false);
      expect(await join(a, A, device('desktop'))).toEqual([]);
      expect(await seenBy(a)).toEqual([]);
      expect(await seenBy(b)).toEqual([]);
      await a.begin(A);
      expect((await a.renew(A)).held).toBe(false);
    });

    it('lets a process come back under another name without anybody noticing', async () => {
      await join(a, A, device('web'));
      const again = newIncarnation();
      await a.begin(again);
      expect(await a.put(again, [{ userId: user, devices: [device('web')] }], A)).toEqual([]);
      await a.end(A);
      expect(await b.reap(A)).toEqual({ transitions: [], done: true });
      await b.renew(B);
      expect(await seenBy(b)).toEqual([device('web')]);
      expect(await a.put(again, [{ userId: user, devices: [] }])).toEqual(moved('online', 'offline'));
    });

    it('ends a node at once when it says so', async () => {
      await join(a, A, device('web'));
      await a.end(A);
      await b.renew(B);
      expect(await seenBy(b)).toEqual([]);
      expect(await b.reap(A)).toEqual({ transitions: moved('online', 'offline'), done: true });
      expect((await a.renew(A)).held).toBe(false);
    });

    for (const [title, ms] of [
      ['forward', 3 * 3_600_000],
      ['back', -3 * 3_600_000],
    ] as const)
      it(`lets no node die when the store's clock jumps three hours ${title}, and tells each once`, async () => {
        await join(a, A, device('web'));
        await harness.elapse(ms);
        for (const [store, node] of [
          [a, A],
          [b, B],
        ] as const) {
          expect(await store.renew(node)).toEqual({ held: true, interrupted: true, dead: [] });
          expect(await store.renew(node)).toEqual({ held: true, interrupted: false, dead: [] });
        }
        // The nodes answer an interruption by saying everything again.
        await join(a, A, device('web'));
        expect(await seenBy(b)).toEqual([device('web')]);
        const [answer] = await pass(LEASE_MS + RENEW_MS, [b, B]);
        expect(answer?.dead.map(({ incarnation }) => incarnation)).toEqual([A]);
        expect(await seenBy(b)).toEqual([]);
      });

    it('holds nothing after everybody has left', async () => {
      const before = await harness.size();
      for (let round = 0; round < 10; round++) {
        const users = Array.from({ length: 50 }, () => harness.ids.next());
        const put = (devices: DevicePresence[]) =>
          a.put(
            A,
            users.map((userId) => ({ userId, devices })),
          );
        await put([device('web')]);
        await put([device('web', 'idle'), device('mobile')]);
        await put([]);
      }
      expect(await harness.size()).toBe(before);
      for (const [store, node] of [
        [a, A],
        [b, B],
      ] as const) {
        await store.end(node);
        expect(await store.reap(node)).toEqual({ transitions: [], done: true });
      }
      expect(await harness.size()).toBe(0);
    });
  });
}
