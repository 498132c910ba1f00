import type { SocialKit } from '@socialkit/adapters';
import type { FollowerGraph } from './follower-graph.js';
import { runStage } from './progress.js';

/** Follows of one import call. */
const IMPORT_BATCH = 500;

/** Makes an account for every account of the graph. @returns ids by account number, and seconds */
export async function createAccounts(
  kit: SocialKit,
  graph: FollowerGraph,
): Promise<{ ids: readonly string[]; seconds: number }> {
  const ids: string[] = new Array(graph.names.length);
  const seconds = await runStage('accounts', graph.names, 8, async (name, at) => {
    const { account } = await kit.identity.ensure(kit.system, {
      externalId: `graph:${name}`,
      handle: `member_${at}`,
      displayName: `Member ${at}`,
    });
    ids[at] = account.id;
  });
  return { ids, seconds };
}

/** Brings the follows in. @returns how many are new, and seconds */
export async function importFollows(
  kit: SocialKit,
  graph: FollowerGraph,
  ids: readonly string[],
): Promise<{ created: number; seconds: number }> {
  const batches: { followerId: string; followeeId: string }[][] = [];
  for (let at = 0; at < graph.follows.length; at += IMPORT_BATCH)
    batches.push(
      graph.follows
        .slice(at, at + IMPORT_BATCH)
        .map(([follower, followee]) => ({ followerId: ids[follower]!, followeeId: ids[followee]! })),
    );
  let created = 0;
  const seconds = await runStage(`follows (batches of ${IMPORT_BATCH})`, batches, 2, async (follows) => {
    const outcome = await kit.graph.importFollows(kit.system, { follows });
    created += outcome.created;
  });
  return { created, seconds };
}
