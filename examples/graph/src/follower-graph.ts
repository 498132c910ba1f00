import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A follower graph as a file has it. Accounts are numbered from 0 in order of first appearance. */
export interface FollowerGraph {
  /** The file's own names of the accounts. */
  readonly names: readonly string[];
  /** Pairs of account numbers: who follows whom. Each once, nobody himself. */
  readonly follows: readonly (readonly [follower: number, followee: number])[];
  /** Whom each account follows. */
  readonly followees: readonly ReadonlySet<number>[];
  readonly followerCounts: readonly number[];
}

/**
 * Reads `follower,followee` lines out of a CSV file, gzipped or not. A first line without digits is a heading.
 *
 * @throws Error naming the line that is not two names
 */
export async function readFollowerGraph(file: string): Promise<FollowerGraph> {
  const bytes = createReadStream(file);
  const lines = createInterface({ input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes });
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const followees: Set<number>[] = [];
  const followerCounts: number[] = [];
  const follows: [number, number][] = [];
  const numberOf = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, names.length);
    names.push(name);
    followees.push(new Set());
    followerCounts.push(0);
    return names.length - 1;
  };
  let at = 0;
  for await (const line of lines) {
    at++;
    if (line.trim() === '' || (at === 1 && !/\d/.test(line))) continue;
    const [from, to, ...rest] = line.split(',').map((part) => part.trim());
    if (!from || !to || rest.length > 0)
      throw new Error(`line ${at} of ${file} is not "follower,followee": ${line.slice(0, 80)}`);
    const [follower, followee] = [numberOf(from), numberOf(to)];
    if (follower === followee || followees[follower]!.has(followee)) continue;
    followees[follower]!.add(followee);
    followerCounts[followee]!++;
    follows.push([follower, followee]);
  }
  return { names, follows, followees, followerCounts };
}

/**
 * Up to `count` accounts over the whole range of a measure: half of them at even steps on a logarithmic scale of ranks, so
 * that the largest are all there, the rest at even steps of the rank.
 */
export function acrossTheRange(measure: readonly number[], count: number): number[] {
  const ranked = measure.map((_, account) => account).sort((a, b) => measure[b]! - measure[a]! || a - b);
  if (ranked.length <= count) return ranked;
  const half = Math.ceil(count / 2);
  const picked = new Set<number>();
  for (let step = 0; step < half; step++) picked.add(ranked[Math.floor(ranked.length ** (step / half)) - 1]!);
  for (
    let at = ranked.length - 1;
    picked.size < count && at >= 0;
    at -= Math.max(1, Math.floor(ranked.length / count))
  )
    picked.add(ranked[at]!);
  return [...picked];
}
