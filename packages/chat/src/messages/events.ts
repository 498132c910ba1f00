import type { Id } from '@socialkit/core';

/** What the content gate said about the content, where it said something. */
interface Judged {
  readonly reference?: string;
}

interface MessageEvent {
  readonly conversationId: Id;
  readonly seq: number;
  readonly authorId: Id;
}

interface ShownEvent extends MessageEvent {
  /** Distinct accounts mentioned in it; not all of them need be members. */
  readonly mentions: readonly Id[];
  readonly replyToSeq: number | null;
  readonly threadRootSeq: number | null;
}

/** What the messages tell other slices and the host. Payloads carry ids and public facts only, never text. */
export interface MessageEvents {
  /** Members can read it at once. */
  'message.sent': ShownEvent & Judged;
  'message.edited': MessageEvent & Judged & { readonly revision: number };
  /** Gone for everybody, by its author or an admin; null: taken down and purged. */
  'message.deleted': MessageEvent & { readonly deletedBy: Id | null };
  'message.reacted': MessageEvent & { readonly userId: Id; readonly kind: string };
  'message.unreacted': MessageEvent & { readonly userId: Id; readonly kind: string };
  /** The content gate wants a person to look at it: nobody but its author sees it. */
  'message.held': MessageEvent & Judged & { readonly revision: number; readonly reasons: readonly string[] };
  /** Held content was let through. */
  'message.released': ShownEvent;
  /** Taken down by moderation, kept for appeal. */
  'message.flagged': MessageEvent & { readonly reason: string };
  /** A takedown was reversed. */
  'message.restored': ShownEvent;
  'message.pinned': MessageEvent & { readonly pinnedBy: Id };
  'message.unpinned': MessageEvent;
}

declare module '@socialkit/core' {
  interface EventMap extends MessageEvents {}
}
