import type { FactsReader } from '../access/index.js';
import type { CounterDelta } from '../counters/store.js';
import type { Actor } from '../kernel/actor.js';
import { invalid, SocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { FollowEdge } from './events.js';
import type { GraphWriteDeps } from './pair.js';

/** Follows of one import at most: each takes a lock of its pair. */
export const MAX_IMPORT_BATCH = 500;

/** What an import did. The rest of the batch was there already, or is of accounts that block each other. */
export interface ImportOutcome {
  readonly created: number;
}

const missingAccounts = (follows: readonly FollowEdge[], known: ReadonlySet<Id>): SocialError =>
  new SocialError(
    'not_found',
    'account.not_found',
    'some of these accounts do not exist; nothing was imported',
    {
      fields: follows
        .flatMap(({ followerId, followeeId }, at) => [
          ...(known.has(followerId) ? [] : [`follows.${at}.followerId`]),
          ...(known.has(followeeId) ? [] : [`follows.${at}.followeeId`]),
        ])
        .slice(0, 20)
        .map((path) => ({ path, message: 'no such account' })),
    },
  );

const knownAmong = async (facts: FactsReader, follows: readonly FollowEdge[]): Promise<ReadonlySet<Id>> => {
  const ids = [...new Set(follows.flatMap(({ followerId, followeeId }) => [followerId, followeeId]))];
  return new Set((await facts.relations(null, ids)).keys());
};

const deltasOf = (created: readonly FollowEdge[]): readonly CounterDelta[] => {
  const sums = new Map<string, { id: Id; counter: 'followerCount' | 'followingCount'; delta: number }>();
  const count = (id: Id, counter: 'followerCount' | 'followingCount') => {
    const sum = sums.get(`${id}:${counter}`);
    if (sum) sum.delta++;
    else sums.set(`${id}:${counter}`, { id, counter, delta: 1 });
  };
  for (const { followerId, followeeId } of created) {
    count(followerId, 'followingCount');
    count(followeeId, 'followerCount');
  }
  return [...sums.values()].map((sum) => ({ subject: 'account' as const, ...sum }));
};

/**
 * Brings follows in from another platform: as accepted follows, whether the followed account is private or not, because
 * they were accepted there. All or nothing; follows that exist are left as they are, so that a broken import is simply run
 * again. Tells one `follow.imported`, nothing per follow: nobody is notified of what is years old.
 *
 * @throws follow.self (validation), account.not_found with the fields that name no account
 */
export async function importFollows(
  deps: GraphWriteDeps,
  actor: Actor,
  { follows }: { readonly follows: readonly FollowEdge[] },
): Promise<ImportOutcome> {
  const self = follows.findIndex(({ followerId, followeeId }) => followerId === followeeId);
  if (self >= 0)
    throw invalid('follow.self', 'nobody follows himself', [
      { path: `follows.${self}`, message: 'is one account twice' },
    ]);
  return deps.unitOfWork.transact(async (unit) => {
    await unit.locks.pairShared(
      follows.map(({ followerId, followeeId }) => [followerId, followeeId] as const),
    );
    const known = await knownAmong(unit.facts, follows);
    if (follows.some(({ followerId, followeeId }) => !known.has(followerId) || !known.has(followeeId)))
      throw missingAccounts(follows, known);
    const created = await unit.follows.insertMany(
      follows.map((edge) => ({ ...edge, id: deps.runtime.ids.next() })),
    );
    if (created.length === 0) return { created: 0 };
    await unit.counters.add(deltasOf(created));
    const followerIds = [...new Set(created.map(({ followerId }) => followerId))];
    await unit.outbox.append({ type: 'follow.imported', actor, payload: { followerIds } });
    return { created: created.length };
  });
}
