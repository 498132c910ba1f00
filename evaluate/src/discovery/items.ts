import { userActor } from '@socialkit/core';
import { readPairs } from './files.js';
import { addAccounts, addFriends } from './population.js';
import { best, type Rankings } from './rankings.js';
import { openStage } from './stage.js';
import type { Answers } from './who-to-follow.js';

/** Places of a list. */
const DEPTH = 20;
const CATALOGUE = 'items';
const RECORDED = 5000;

/** Loads interactions, trains as the daily job does, and asks the service for everybody's list. */
export async function recommendItems(
  train: string,
  users: readonly string[],
  friends: string | undefined,
): Promise<Answers> {
  const pairs = readPairs(train);
  const befriended = friends === undefined ? [] : readPairs(friends);
  const stage = await openStage();
  try {
    await addAccounts(stage.postgres, [
      ...new Set([...pairs.map(([user]) => user), ...befriended.flat(), ...users]),
    ]);
    await addFriends(stage.postgres, befriended);
    const { items } = stage.storage.discovery;
    for (let at = 0; at < pairs.length; at += RECORDED)
      await items.record(
        CATALOGUE,
        pairs.slice(at, at + RECORDED).map(([userId, item]) => ({ userId, item })),
        1,
      );
    await stage.postgres.pool.query('ANALYZE');
    await stage.items.rebuild(CATALOGUE, users);
    const rankings = new Map<string, readonly string[]>();
    const latencies: number[] = [];
    for (const user of users) {
      const began = performance.now();
      const page = await stage.items.service.items(userActor(user), { catalogue: CATALOGUE, limit: DEPTH });
      latencies.push(performance.now() - began);
      rankings.set(
        user,
        page.items.map(({ item }) => item),
      );
    }
    return { rankings, latencies };
  } finally {
    await stage.close();
  }
}

/** What others recommend by: popularity, and the weights .3, .3, .25, .15 of like-minded users, like items, friends and popularity. */
export function itemBaselines(
  train: string,
  users: readonly string[],
  friends: string | undefined,
): Readonly<Record<string, Rankings>> {
  const own = new Map<string, Set<string>>();
  const takers = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, key: string, value: string) => {
    const held = to.get(key) ?? new Set();
    held.add(value);
    to.set(key, held);
  };
  for (const [user, item] of readPairs(train)) {
    add(own, user, item);
    add(takers, item, user);
  }
  const circle = new Map<string, Set<string>>();
  for (const [a, b] of friends === undefined ? [] : readPairs(friends)) {
    add(circle, a, b);
    add(circle, b, a);
  }
  const popular = new Map([...takers].map(([item, by]) => [item, by.size] as const));
  const likeMinded = (user: string) => {
    const shared = new Map<string, number>();
    const mine = own.get(user) ?? new Set();
    for (const item of mine)
      for (const other of takers.get(item) ?? [])
        if (other !== user) shared.set(other, (shared.get(other) ?? 0) + 1);
    const near = [...shared]
      .map(([other, both]) => [other, both / Math.sqrt(mine.size * (own.get(other)?.size ?? 1))] as const)
      .sort((a, b) => b[1] - a[1] || Number(a[0]) - Number(b[0]))
      .slice(0, 100);
    return sum(near);
  };
  const sum = (weighted: readonly (readonly [string, number])[]) => {
    const scores = new Map<string, number>();
    for (const [other, weight] of weighted)
      for (const item of own.get(other) ?? []) scores.set(item, (scores.get(item) ?? 0) + weight);
    return scores;
  };
  const likeItems = (user: string) => {
    const scores = new Map<string, number>();
    for (const item of own.get(user) ?? []) {
      const by = takers.get(item) ?? new Set();
      const together = sum([...by].map((other) => [other, 1] as const));
      for (const [other, both] of together)
        scores.set(other, (scores.get(other) ?? 0) + both / Math.sqrt(by.size * (popular.get(other) ?? 1)));
    }
    return scores;
  };
  const document = (user: string) => {
    const parts = [
      [0.3, likeMinded(user)],
      [0.3, likeItems(user)],
      [0.25, sum([...(circle.get(user) ?? [])].map((friend) => [friend, 1] as const))],
      [0.15, popular],
    ] as const;
    const scores = new Map<string, number>();
    for (const [weight, part] of parts) {
      let largest = 0;
      for (const [item, score] of part) if (!own.get(user)?.has(item)) largest = Math.max(largest, score);
      if (largest > 0)
        for (const [item, score] of part)
          scores.set(item, (scores.get(item) ?? 0) + (weight * score) / largest);
    }
    return scores;
  };
  const rank = (scores: (user: string) => ReadonlyMap<string, number>): Rankings =>
    new Map(users.map((user) => [user, best(scores(user), own.get(user) ?? new Set(), DEPTH)] as const));
  return { popularity: rank(() => popular), 'weights of the document': rank(document) };
}
