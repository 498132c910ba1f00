import type { ContentStatus, Visibility } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import type { PostType } from './types.js';

/** What the content gate said about the content, where it said something. */
interface Judged {
  readonly reference?: string;
}

interface PostEvent {
  readonly postId: Id;
  readonly authorId: Id;
}

interface BookmarkEvent {
  /** Carries the time it was kept, also in the event of its removal. */
  readonly bookmarkId: Id;
  readonly postId: Id;
  readonly userId: Id;
}

/** What the posts slice tells the others. Payloads carry ids and public facts only, never text. */
export interface PostEvents {
  /** Written, in whatever state; a draft too. */
  'post.created': PostEvent & { readonly status: ContentStatus };
  /**
   * Others can see it for the first time: at once, from a draft, on schedule, or released by moderation. Once a post.
   * `visibility` is that of the moment.
   */
  'post.published': PostEvent &
    Judged & {
      readonly visibility: Visibility;
      readonly type: PostType;
      readonly repostOfId: Id | null;
      readonly quoteOfId: Id | null;
      /** Distinct accounts mentioned in it. */
      readonly mentions: readonly Id[];
    };
  'post.edited': PostEvent & Judged & { readonly revision: number };
  'post.visibility_changed': PostEvent & { readonly from: Visibility; readonly to: Visibility };
  /** The content gate wants a person to look at it: nobody but its author sees it. */
  'post.held': PostEvent & Judged & { readonly revision: number; readonly reasons: readonly string[] };
  /** Held content was let through. */
  'post.released': PostEvent;
  /** Taken down by moderation, kept for appeal. */
  'post.flagged': PostEvent & { readonly reason: string };
  /** A takedown was reversed. */
  'post.restored': PostEvent;
  'post.deleted': PostEvent & { readonly repostOfId: Id | null };
  /** A scheduled post could not be published when its time came; it is a draft again. */
  'post.schedule_failed': PostEvent & { readonly code: string };
  'post.pinned': PostEvent;
  'post.unpinned': PostEvent;
  /** Whom it belongs to is nobody else's business: subscribers count, and tell nobody who. */
  'bookmark.added': BookmarkEvent;
  'bookmark.removed': BookmarkEvent;
  'poll.voted': { readonly postId: Id; readonly voterId: Id };
}

declare module '../kernel/events.js' {
  interface EventMap extends PostEvents {}
}
