import { userActor } from '@socialkit/core';
import { readPairs } from './files.js';
import { addAccounts, addFollows } from './population.js';
import { best, type Rankings } from './rankings.js';
import { openStage } from './stage.js';

/** Places of a list. */
const DEPTH = 100;

/** Rankings, and the milliseconds each answer took. */
export interface Answers {
  readonly rankings: Rankings;
  readonly latencies: readonly number[];
}

/** Loads a graph, trains as the daily job does, and asks the service for everybody's list. */
export async function suggestPeople(graph: string, users: readonly string[]): Promise<Answers> {
  const edges = readPairs(graph);
  const stage = await openStage();
  try {
    await addAccounts(stage.postgres, [...new Set([...edges.flat(), ...users])]);
    await addFollows(stage.postgres, edges);
    await stage.people.batch.train();
    await stage.people.batch.refresh(users);
    const rankings = new Map<string, readonly string[]>();
    const latencies: number[] = [];
    for (const user of users) {
      const began = performance.now();
      const { items } = await stage.people.service.people(userActor(user), { limit: DEPTH });
      latencies.push(performance.now() - began);
      rankings.set(
        user,
        items.map(({ account }) => account.id),
      );
    }
    return { rankings, latencies };
  } finally {
    await stage.close();
  }
}

/** What others suggest by, on the same graph: popularity, and friends of friends by count as Mastodon does. */
export function peopleBaselines(graph: string, users: readonly string[]): Readonly<Record<string, Rankings>> {
  const out = new Map<string, Set<string>>();
  const followers = new Map<string, number>();
  for (const [from, to] of readPairs(graph)) {
    const own = out.get(from) ?? new Set();
    own.add(to);
    out.set(from, own);
    followers.set(to, (followers.get(to) ?? 0) + 1);
  }
  const rank = (scores: (user: string) => ReadonlyMap<string, number>): Rankings =>
    new Map(
      users.map(
        (user) => [user, best(scores(user), new Set([user, ...(out.get(user) ?? [])]), DEPTH)] as const,
      ),
    );
  const paths = (user: string, breakTies: boolean) => {
    const counts = new Map<string, number>();
    for (const z of out.get(user) ?? [])
      for (const v of out.get(z) ?? []) counts.set(v, (counts.get(v) ?? 0) + 1);
    if (breakTies) for (const [v, n] of counts) counts.set(v, n + (followers.get(v) ?? 0) / 1e6);
    return counts;
  };
  return {
    popularity: rank(() => followers),
    'friends of friends': rank((user) => paths(user, false)),
    'Mastodon (count, then followers)': rank((user) => paths(user, true)),
  };
}
