import { type AnyEvent, hashtagsIn, type Id, type Post, type Subscriber } from '@socialkit/core';
import { markOf } from './decay.js';
import type { InterestGain } from './store.js';
import { ACTION_VALUES, type InterestKind } from './types.js';
import type { InterestDeps } from './unit.js';

/** What somebody did, and to which post. */
interface Action {
  readonly userId: Id;
  readonly postId: Id;
  readonly value: number;
}

const HOUR_MS = 60 * 60_000;

/** What an event says its actor did to a post; null for what says nothing. */
function actionOf(event: AnyEvent): Action | null {
  switch (event.type) {
    case 'post.published': {
      const { postId, authorId: userId, repostOfId, quoteOfId } = event.payload;
      const shared = repostOfId ?? quoteOfId;
      return shared === null
        ? { userId, postId, value: ACTION_VALUES.own }
        : { userId, postId: shared, value: ACTION_VALUES.share };
    }
    case 'reaction.added': {
      const { targetKind, targetId, userId } = event.payload;
      return targetKind === 'post' ? { userId, postId: targetId, value: ACTION_VALUES.reaction } : null;
    }
    case 'comment.published':
      return { userId: event.payload.authorId, postId: event.payload.postId, value: ACTION_VALUES.comment };
    case 'bookmark.added':
      return { userId: event.payload.userId, postId: event.payload.postId, value: ACTION_VALUES.bookmark };
    default:
      return null;
  }
}

/** What a post is about, as interests. */
const subjectsOf = (post: Pick<Post, 'entities' | 'type'>): readonly (readonly [InterestKind, string])[] => [
  ...hashtagsIn(post.entities).map((tag) => ['hashtag', tag] as const),
  ['type', post.type],
];

/** Learns from what people do; once an event, however often it is delivered. */
export function createInterestSubscribers(deps: InterestDeps): readonly Subscriber[] {
  const { readers, stores, settings } = deps;
  const gain = (kind: InterestKind, value: string, amount: number, at: number): InterestGain => ({
    kind,
    value,
    mark: markOf(amount, at),
  });
  const learn: Subscriber = {
    name: 'interests.learn',
    types: ['post.published', 'reaction.added', 'comment.published', 'bookmark.added', 'hashtag.followed'],
    async handle(event) {
      const at = event.occurredAt;
      if (event.type === 'hashtag.followed') {
        const { userId, tag } = event.payload;
        await stores.interests.record(userId, event.id, at, [
          gain('hashtag', tag, ACTION_VALUES.followed, at),
        ]);
        return;
      }
      const action = actionOf(event);
      const post = action && (await readers.posts.find(action.postId));
      if (!post) return;
      const cell = await settings.cellOf(action.userId);
      const hour = String(Math.floor(at / HOUR_MS) % 24);
      await stores.interests.record(action.userId, event.id, at, [
        ...subjectsOf(post).map(([kind, value]) => gain(kind, value, action.value, at)),
        gain('hour', hour, action.value, at),
        ...(cell === null ? [] : [gain('cell', cell, action.value, at)]),
      ]);
    },
  };
  return [learn];
}
