import type { AnyEvent, Id } from '@socialkit/core';

/** Accounts between which, or of which, what may be seen has changed. */
function accountsOf(event: AnyEvent): readonly Id[] {
  switch (event.type) {
    case 'block.created':
    case 'block.removed':
      return [event.payload.blockerId, event.payload.blockedId];
    case 'follow.accepted':
    case 'follow.removed':
      return [event.payload.followerId, event.payload.followeeId];
    case 'friendship.accepted':
    case 'friendship.removed':
      return [event.payload.userId, event.payload.friendId];
    case 'account.state_changed':
    case 'account.privacy_changed':
      return [event.payload.accountId];
    default:
      return [];
  }
}

/** The accounts whose watchers look again after these events: reads need none of it, they ask the policy each time. */
export const accessChangedBy = (events: readonly AnyEvent[]): readonly Id[] => [
  ...new Set(events.flatMap(accountsOf)),
];
