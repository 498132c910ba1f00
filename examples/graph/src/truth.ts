import type { FollowerGraph } from './follower-graph.js';

/** A post of the demo: who wrote it, in order of writing. */
export interface WrittenPost {
  readonly id: string;
  readonly author: number;
}

/**
 * The home feed of an account as the file itself says: everything by those it follows and by itself, newest first. Shares no
 * code with the product.
 */
export const homeTruth = (
  graph: FollowerGraph,
  written: readonly WrittenPost[],
  reader: number,
): readonly string[] =>
  written
    .filter(({ author }) => author === reader || graph.followees[reader]!.has(author))
    .map(({ id }) => id)
    .reverse();
