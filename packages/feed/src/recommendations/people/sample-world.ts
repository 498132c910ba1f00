import type { Account, Id } from '@socialkit/core';
import { type OpenBackend, sampleAccount } from '@socialkit/core/testing';
import { createRandom } from '../../ranking/random.js';
import type { DiscoverySuiteHandle } from '../../ranking/store.suite.js';

/** A graph of accounts as plain lists: what the oracle reads, and what was written. */
export interface PeopleWorld {
  readonly accounts: readonly Id[];
  readonly isPrivate: ReadonlySet<Id>;
  readonly suspended: ReadonlySet<Id>;
  readonly limited: ReadonlySet<Id>;
  readonly hidden: ReadonlySet<Id>;
  readonly follows: readonly (readonly [Id, Id])[];
  readonly blocks: readonly (readonly [Id, Id])[];
  readonly mutes: readonly (readonly [Id, Id])[];
}

/** Accounts and follows written as the graph writes them, counters included. */
export const writePeople = (open: OpenBackend<DiscoverySuiteHandle>) => ({
  async join(overrides: Partial<Account> = {}): Promise<Id> {
    const id = open.ids.next();
    await open.a.unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id, overrides)));
    return id;
  },
  follow: (pairs: readonly (readonly [Id, Id])[]) =>
    open.a.unitOfWork.transact(async ({ follows, counters }) => {
      for (const [followerId, followeeId] of pairs)
        await follows.insert({ followerId, followeeId, id: open.ids.next(), hideReposts: false });
      await counters.add(
        pairs.flatMap(([from, to]) => [
          { subject: 'account', id: from, counter: 'followingCount', delta: 1 } as const,
          { subject: 'account', id: to, counter: 'followerCount', delta: 1 } as const,
        ]),
      );
    }),
  unfollow: (followerId: Id, followeeId: Id) =>
    open.a.unitOfWork.transact(async ({ follows, counters }) => {
      await follows.remove(followerId, followeeId);
      await counters.add([
        { subject: 'account', id: followerId, counter: 'followingCount', delta: -1 },
        { subject: 'account', id: followeeId, counter: 'followerCount', delta: -1 },
      ]);
    }),
  block: (from: Id, to: Id) =>
    open.a.unitOfWork.transact(({ blocks }) => blocks.insert(from, to, open.ids.next())),
  mute: (muterId: Id, mutedId: Id) =>
    open.a.unitOfWork.transact(({ mutes }) =>
      mutes.set({ muterId, mutedId, scope: 'all', id: open.ids.next(), expiresAt: null }, open.clock.now()),
    ),
});

/** A random world. The same seed gives the same one, but for ids. */
export async function randomPeople(
  open: OpenBackend<DiscoverySuiteHandle>,
  seed: string,
  size = 24,
): Promise<PeopleWorld> {
  const random = createRandom(seed);
  const write = writePeople(open);
  const chance = (share: number) => random() < share;
  const accounts: Id[] = [];
  const marked = {
    isPrivate: new Set<Id>(),
    suspended: new Set<Id>(),
    limited: new Set<Id>(),
    hidden: new Set<Id>(),
  };
  for (let n = 0; n < size; n++) {
    const [isPrivate, suspended, limited, hidden] = [chance(0.2), chance(0.08), chance(0.08), chance(0.08)];
    const id = await write.join({
      isPrivate,
      discoverable: !hidden,
      state: suspended ? 'suspended' : limited ? 'limited' : 'active',
    });
    accounts.push(id);
    if (isPrivate) marked.isPrivate.add(id);
    if (suspended) marked.suspended.add(id);
    else if (limited) marked.limited.add(id);
    if (hidden) marked.hidden.add(id);
  }
  const pairs = accounts.flatMap((from) =>
    accounts.flatMap((to) => (from === to ? [] : [[from, to] as const])),
  );
  const follows = pairs.filter(() => chance(0.18));
  await write.follow(follows);
  const blocks = pairs.filter(() => chance(0.02));
  for (const [from, to] of blocks) await write.block(from, to);
  const mutes = pairs.filter(() => chance(0.04));
  for (const [from, to] of mutes) await write.mute(from, to);
  return { accounts, ...marked, follows, blocks, mutes };
}

/** What one user's neighbourhood should be, worked out the plain way: it shares no code with the product. */
export function expectNeighbourhood(world: PeopleWorld, me: Id) {
  const has = (pairs: readonly (readonly [Id, Id])[], from: Id, to: Id) =>
    pairs.some(([a, b]) => a === from && b === to);
  const followees = (id: Id) => world.follows.filter(([from]) => from === id).map(([, to]) => to);
  const apart = (id: Id) => has(world.blocks, me, id) || has(world.blocks, id, me);
  const listed = (id: Id) =>
    id === me ||
    (!world.suspended.has(id) &&
      !apart(id) &&
      !has(world.mutes, me, id) &&
      (!world.isPrivate.has(id) || has(world.follows, me, id)));
  const eligible = (id: Id) =>
    id !== me &&
    !world.suspended.has(id) &&
    !world.limited.has(id) &&
    !world.hidden.has(id) &&
    !apart(id) &&
    !has(world.mutes, me, id) &&
    !has(world.follows, me, id);
  const mine = followees(me).filter(listed);
  const adamicAdar = new Map<Id, number>();
  for (const z of mine)
    for (const v of followees(z).filter(eligible))
      adamicAdar.set(v, (adamicAdar.get(v) ?? 0) + 1 / Math.log(2 + followees(z).length));
  const similar = new Map<Id, number>();
  for (const w of world.accounts) {
    const both = followees(w).filter((z) => mine.includes(z)).length;
    if (w === me || both === 0 || !listed(w)) continue;
    const cosine = both / Math.sqrt(mine.length * followees(w).length);
    for (const v of followees(w).filter(eligible)) similar.set(v, (similar.get(v) ?? 0) + cosine);
  }
  const fans = world.follows.filter(([from, to]) => to === me && eligible(from)).map(([from]) => from);
  return {
    ids: new Set([...adamicAdar.keys(), ...similar.keys(), ...fans]),
    adamicAdar,
    similar,
    fans: new Set(fans),
    followers: world.follows.filter(([, to]) => to === me).length,
    mutual: world.follows.filter(([from, to]) => from === me && has(world.follows, to, me)).length,
    between: (v: Id) => mine.filter((z) => z !== me && has(world.follows, z, v)),
    eligible,
  };
}
