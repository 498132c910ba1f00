import type { Subscriber } from '@socialkit/core';
import { postSource, recordComment, recordPost, recordReaction } from './record.js';
import type { TrendDeps } from './unit.js';

/**
 * What trending does when other slices' events arrive. Each handler makes the counts what the rows say, so that an event that
 * comes twice or late changes nothing; what was deleted, taken down or narrowed leaves the counts.
 */
export function createTrendSubscribers(deps: TrendDeps): readonly Subscriber[] {
  const { uses } = deps.stores;
  const ofPosts: Subscriber = {
    name: 'trends.posts',
    types: [
      'post.published',
      'post.edited',
      'post.released',
      'post.restored',
      'post.visibility_changed',
      'post.held',
      'post.flagged',
      'post.deleted',
    ],
    async handle(event) {
      if (!('postId' in event.payload)) return;
      const { postId } = event.payload;
      if (event.type === 'post.deleted' || event.type === 'post.flagged' || event.type === 'post.held') {
        await uses.replace(postSource(postId), []);
        await uses.removePost(postId);
      } else await recordPost(deps, postId);
    },
  };
  const ofParts: Subscriber = {
    name: 'trends.parts',
    types: [
      'reaction.added',
      'reaction.removed',
      'comment.published',
      'comment.restored',
      'comment.flagged',
      'comment.held',
      'comment.deleted',
    ],
    async handle(event) {
      switch (event.type) {
        case 'reaction.added':
        case 'reaction.removed':
          if (event.payload.targetKind === 'post')
            await recordReaction(deps, {
              ...event.payload,
              postId: event.payload.targetId,
              at: event.occurredAt,
            });
          return;
        case 'comment.published':
        case 'comment.restored':
        case 'comment.flagged':
        case 'comment.held':
        case 'comment.deleted':
          await recordComment(deps, event.payload.commentId);
      }
    },
  };
  const ofAccounts: Subscriber = {
    name: 'trends.accounts',
    types: ['account.state_changed', 'account.privacy_changed'],
    async handle(event) {
      const gone =
        (event.type === 'account.state_changed' && event.payload.to !== 'active') ||
        (event.type === 'account.privacy_changed' && event.payload.isPrivate);
      if (gone) await uses.removeActor(event.payload.accountId);
    },
  };
  return [ofPosts, ofParts, ofAccounts];
}
