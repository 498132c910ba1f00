import type { AnyEvent, Id, Subscriber } from '@socialkit/core';
import type { RankedLists } from './lists.js';

/** Whose lists an event makes worthless. */
const concerned = (event: AnyEvent): readonly Id[] => {
  switch (event.type) {
    case 'follow.accepted':
    case 'follow.removed':
      return [event.payload.followerId];
    case 'follow.imported':
      return event.payload.followerIds;
    case 'block.created':
    case 'block.removed':
      return [event.payload.blockerId, event.payload.blockedId];
    case 'mute.created':
    case 'mute.removed':
      return [event.payload.muterId];
    case 'hashtag.followed':
    case 'hashtag.unfollowed':
      return [event.payload.userId];
    default:
      return [];
  }
};

/**
 * Lists end when what they rest on changes. Nothing depends on it for permission: what may not be shown any more is left
 * out at every read, and so is what has no reason left.
 */
export const createRecommendedPostSubscribers = (
  lists: Pick<RankedLists, 'forget'>,
): readonly Subscriber[] => [
  {
    name: 'recommended_posts.forget',
    types: [
      'follow.accepted',
      'follow.removed',
      'follow.imported',
      'block.created',
      'block.removed',
      'mute.created',
      'mute.removed',
      'hashtag.followed',
      'hashtag.unfollowed',
    ],
    async handle(event) {
      const users = concerned(event);
      if (users.length > 0) await lists.forget(users);
    },
  },
];
