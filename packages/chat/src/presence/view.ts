import type { FactsReader, Id, RelationFacts } from '@socialkit/core';
import { shownState } from './merge.js';
import { canViewLastSeen, canViewPresence } from './rules.js';
import type { PresenceRecord, PresenceRecordReader, PresenceStore } from './store.js';
import { type DevicePresence, type PresenceView, unseen } from './types.js';

/** What presence is read from. */
export interface PresenceReaders {
  readonly facts: Pick<FactsReader, 'relations'>;
  readonly presence: PresenceRecordReader;
}

/** What the reads of presence work on. */
export interface PresenceReadDeps {
  readonly store: Pick<PresenceStore, 'devices'>;
  readonly readers: PresenceReaders;
}

/** One account as a viewer sees it: what he may not know looks like an account that never came. */
export function presentPresence(
  userId: Id,
  visible: boolean,
  facts: RelationFacts | undefined,
  record: PresenceRecord,
  devices: readonly DevicePresence[],
): PresenceView {
  if (!visible || !facts) return unseen(userId);
  const state = shownState(record.state, devices);
  const lastSeenAt = state === 'offline' && canViewLastSeen(facts, record) ? record.lastSeenAt : null;
  return { userId, state, lastSeenAt };
}

/**
 * Accounts as one viewer sees them, in the order asked. Always decided now: by the policy, what the accounts chose, and who is
 * connected.
 * @param visible @default by the profile
 */
export async function viewPresences(
  { store, readers }: PresenceReadDeps,
  viewer: Id | null,
  userIds: readonly Id[],
  visible: (facts: RelationFacts | undefined) => boolean = canViewPresence,
): Promise<readonly PresenceView[]> {
  if (userIds.length === 0) return [];
  const [facts, records, devices] = await Promise.all([
    readers.facts.relations(viewer, userIds),
    readers.presence.find(userIds),
    store.devices(userIds),
  ]);
  return userIds.map((userId) => {
    const [related, record] = [facts.get(userId), records.get(userId)];
    return record
      ? presentPresence(userId, visible(related), related, record, devices.get(userId) ?? [])
      : unseen(userId);
  });
}

/**
 * What each viewer holds of one account, from one question: the relation seen from the account, turned round.
 * @returns nothing for viewers, or an account, that do not exist
 */
export async function relationsOfViewers(
  facts: Pick<FactsReader, 'relations'>,
  accountId: Id,
  viewers: readonly Id[],
): Promise<ReadonlyMap<Id, RelationFacts>> {
  const seen = await facts.relations(accountId, [...new Set([accountId, ...viewers])]);
  const self = seen.get(accountId);
  if (!self) return new Map();
  return new Map(
    viewers.flatMap((viewer) => {
      const other = seen.get(viewer);
      if (!other) return [];
      const turned: RelationFacts = {
        ...self,
        self: viewer === accountId,
        blocked: other.blocked,
        follows: other.followedBy,
        followedBy: other.follows,
        friends: other.friends,
        // Mutes have a direction and are no permission: nobody here asks for them.
        muted: false,
        repostsHidden: false,
      };
      return [[viewer, turned] as const];
    }),
  );
}
