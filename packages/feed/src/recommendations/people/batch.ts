import type { Id } from '@socialkit/core';
import { topColumns } from '../models/train.js';
import type { BatchGraph } from './graph.js';
import { joinWays } from './rank.js';
import type { Neighbourhood } from './store.js';
import { HUB_FOLLOWEES, HUB_SAMPLE, MAX_OWN_FOLLOWEES, NEAREST, PEOPLE_PER_WAY } from './types.js';

const MAX_VIA = 5;
const NOBODY: ReadonlySet<number> = new Set();

/** Works neighbourhoods out for many users, from the whole graph in memory: what {@link Neighbourhood} of one user is by SQL. */
export function createBatchNeighbourhoods(graph: BatchGraph): (user: number) => Neighbourhood {
  const { ids, outStarts, out, inStarts, isPrivate, active, suggested, blocked, muted } = graph;
  const size = ids.length;
  const shared = new Float64Array(size);
  const paths = new Float64Array(size);
  const alike = new Float64Array(size);
  const followed = new Uint8Array(size);
  const outOf = (n: number, limit: number) =>
    out.subarray(outStarts[n], Math.min(outStarts[n + 1] as number, (outStarts[n] as number) + limit));
  const inOf = (n: number) => graph.in.subarray(inStarts[n], inStarts[n + 1]);
  const countOf = (n: number) => (outStarts[n + 1] as number) - (outStarts[n] as number);

  /** The accounts nearest to the user by the cosine of their followees. */
  const nearest = (user: number, mine: readonly number[], goesBetween: (n: number) => boolean) => {
    const touched: number[] = [];
    for (const z of mine)
      for (const follower of inOf(z)) {
        if (shared[follower] === 0) touched.push(follower);
        shared[follower] = (shared[follower] as number) + 1;
      }
    shared[user] = 0;
    for (const n of touched)
      if ((shared[n] as number) > 0)
        shared[n] = goesBetween(n)
          ? (shared[n] as number) / Math.sqrt(Math.max(1, mine.length) * Math.max(1, countOf(n)))
          : 0;
    const near = topColumns(shared, NEAREST, () => false).map((n) => ({
      n,
      similarity: shared[n] as number,
    }));
    for (const n of touched) shared[n] = 0;
    return near;
  };

  return (user) => {
    const apart = blocked.get(user) ?? NOBODY;
    const quiet = muted.get(user) ?? NOBODY;
    const own = outOf(user, Number.MAX_SAFE_INTEGER);
    for (const n of own) followed[n] = 1;
    const goesBetween = (n: number) =>
      active[n] === 1 && !apart.has(n) && !quiet.has(n) && (isPrivate[n] === 0 || followed[n] === 1);
    const eligible = (n: number) =>
      suggested[n] === 1 && n !== user && followed[n] === 0 && !apart.has(n) && !quiet.has(n);
    const mine = [...own.subarray(0, MAX_OWN_FOLLOWEES)].filter(goesBetween);

    for (const z of mine) {
      const weight = 1 / Math.log(2 + countOf(z));
      for (const v of outOf(z, countOf(z) > HUB_FOLLOWEES ? HUB_SAMPLE : HUB_FOLLOWEES))
        paths[v] = (paths[v] as number) + weight;
    }
    const near = nearest(user, mine, goesBetween);
    for (const { n, similarity } of near)
      for (const v of outOf(n, HUB_FOLLOWEES)) alike[v] = (alike[v] as number) + similarity;

    const best = (scores: Float64Array) =>
      new Map(
        topColumns(scores, PEOPLE_PER_WAY, (n) => !eligible(n)).map(
          (n) => [ids[n] as Id, scores[n] as number] as const,
        ),
      );
    const [adamicAdar, similar] = [best(paths), best(alike)];
    const via = new Map<Id, Id[]>();
    for (const { n } of near)
      for (const v of outOf(n, HUB_FOLLOWEES)) {
        const id = ids[v] as Id;
        if (!similar.has(id)) continue;
        const held = via.get(id);
        if (!held) via.set(id, [ids[n] as Id]);
        else if (held.length < MAX_VIA) held.push(ids[n] as Id);
      }
    const followers = inOf(user);
    let mutual = 0;
    for (const n of followers) if (followed[n] === 1) mutual += 1;
    const people = joinWays({
      adamicAdar,
      similar,
      newestFollowers: [...followers]
        .filter(eligible)
        .slice(-PEOPLE_PER_WAY)
        .map((n) => ids[n] as Id),
      followers: new Set([...followers].map((n) => ids[n] as Id)),
      via: (id) => via.get(id) ?? [],
      compare: (a, b) => (graph.numberOf.get(a) as number) - (graph.numberOf.get(b) as number),
    });

    // Left clean for the next user.
    for (const z of mine) for (const v of outOf(z, HUB_FOLLOWEES)) paths[v] = 0;
    for (const { n } of near) for (const v of outOf(n, HUB_FOLLOWEES)) alike[v] = 0;
    for (const n of own) followed[n] = 0;
    return { followers: followers.length, mutual, people };
  };
}

/** The share of follows that are returned. */
export function reciprocityOf({ ids, outStarts, out }: BatchGraph): number {
  const edges = new Set<number>();
  const size = ids.length;
  for (let from = 0; from < size; from++)
    for (let at = outStarts[from] as number; at < (outStarts[from + 1] as number); at++)
      edges.add(from * size + (out[at] as number));
  let returned = 0;
  for (const edge of edges) if (edges.has((edge % size) * size + Math.floor(edge / size))) returned += 1;
  return edges.size === 0 ? 0 : returned / edges.size;
}
