import type { AnyEvent } from '../kernel/events.js';
import type { Id } from '../kernel/ids.js';
import type { PostNews, RealtimeHub } from './hub/index.js';

type Published = PostNews['published'][number];

/** What events of the core mean to open connections. */
export interface RealtimeNews {
  /** Accounts that may see less, or more, than before. */
  readonly access: readonly Id[];
  readonly posts: PostNews;
}

/** Reads events for what concerns open connections. */
export function newsOf(events: readonly AnyEvent[]): RealtimeNews {
  const access = new Set<Id>();
  const changed = new Set<Id>();
  const published: Published[] = [];
  for (const event of events) {
    switch (event.type) {
      case 'block.created':
      case 'block.removed':
        access.add(event.payload.blockerId).add(event.payload.blockedId);
        break;
      case 'account.state_changed':
      case 'account.role_changed':
        access.add(event.payload.accountId);
        break;
      case 'post.published': {
        const { authorId, visibility, repostOfId, quoteOfId } = event.payload;
        // A post for its author alone is nobody's news.
        if (visibility !== 'private')
          published.push({ authorId, audience: visibility === 'friends' ? 'friends' : 'followers' });
        if (repostOfId !== null) changed.add(repostOfId);
        if (quoteOfId !== null) changed.add(quoteOfId);
        break;
      }
      case 'post.deleted':
        changed.add(event.payload.postId);
        if (event.payload.repostOfId !== null) changed.add(event.payload.repostOfId);
        break;
      case 'post.edited':
      case 'post.visibility_changed':
      case 'post.held':
      case 'post.released':
      case 'post.flagged':
      case 'post.restored':
      case 'poll.voted':
      case 'comment.published':
      case 'comment.deleted':
      case 'comment.flagged':
      case 'comment.restored':
        changed.add(event.payload.postId);
        break;
      case 'measure.applied':
      case 'measure.ended':
        // A label or what it is recommended to may have changed; whether it is seen, its own events say.
        if (event.payload.subjectKind === 'post') changed.add(event.payload.subjectId);
        break;
      case 'reaction.added':
      case 'reaction.removed':
        if (event.payload.targetKind === 'post') changed.add(event.payload.targetId);
        break;
      default:
    }
  }
  return { access: [...access], posts: { changed: [...changed], published } };
}

/** Tells a hub what was committed in this process. */
export function tellHub(
  hub: Pick<RealtimeHub, 'accessChanged' | 'postNews'>,
  events: readonly AnyEvent[],
): void {
  const { access, posts } = newsOf(events);
  hub.accessChanged(access);
  hub.postNews(posts);
}
