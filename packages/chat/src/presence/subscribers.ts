import type { AnyEvent, Id, Subscriber } from '@socialkit/core';

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

/**
 * What presence does when others change who may see whom: open watch lists look again. Reads need none of it, they ask the
 * policy each time.
 */
export const createPresenceSubscribers = (deps: {
  readonly accessChanged: (userIds: readonly Id[]) => void;
}): readonly Subscriber[] => [
  {
    name: 'presence.access',
    types: [
      'block.created',
      'block.removed',
      'follow.accepted',
      'follow.removed',
      'friendship.accepted',
      'friendship.removed',
      'account.state_changed',
      'account.privacy_changed',
    ],
    async handle(event) {
      deps.accessChanged(accountsOf(event));
    },
  },
];
