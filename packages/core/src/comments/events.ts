import type { Id } from '../kernel/ids.js';
import type { CommentStatus } from './types.js';

/** What the content gate said about the content, where it said something. */
interface Judged {
  readonly reference?: string;
}

interface CommentEvent {
  readonly commentId: Id;
  readonly postId: Id;
  readonly authorId: Id;
}

interface PlacedCommentEvent extends CommentEvent {
  /** What it hangs under; null right below the post. */
  readonly parentId: Id | null;
  /** The comment it answers: whose author wants to know. */
  readonly replyToId: Id | null;
}

/** What the comments slice tells the others. Payloads carry ids and public facts only, never text. */
export interface CommentEvents {
  /** Written, also when it is held for review. */
  'comment.created': PlacedCommentEvent & { readonly status: CommentStatus };
  /** Others can see it for the first time: at once, or released by moderation. Once a comment. */
  'comment.published': PlacedCommentEvent &
    Judged & {
      /** Distinct accounts mentioned in it. */
      readonly mentions: readonly Id[];
    };
  'comment.edited': CommentEvent & Judged & { readonly revision: number };
  /** The content gate wants a person to look at it: nobody but its author sees it. */
  'comment.held': CommentEvent & Judged & { readonly revision: number; readonly reasons: readonly string[] };
  /** Held content was let through. */
  'comment.released': CommentEvent;
  /** Taken down by moderation, kept for appeal. */
  'comment.flagged': CommentEvent & { readonly reason: string };
  /** A takedown was reversed. */
  'comment.restored': CommentEvent;
  /** Deleted by its author or the author of the post; what was written is gone. */
  'comment.deleted': CommentEvent;
  /** The author of the post hid it from the thread. */
  'comment.hidden': CommentEvent;
  'comment.unhidden': CommentEvent;
  'comment.pinned': CommentEvent;
  'comment.unpinned': CommentEvent;
}

declare module '../kernel/events.js' {
  interface EventMap extends CommentEvents {}
}
