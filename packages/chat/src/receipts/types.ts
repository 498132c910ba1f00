import type { Id } from '@socialkit/core';
import { z } from 'zod';

/** Members above which nobody sees who has read: only how many, on request. */
export const MAX_SHOWN_RECEIPTS = 100;
/** Milliseconds between two receipts of one member that others hear of. */
export const RECEIPT_PACE_MS = 2000;

/** How far a member has come, as it is stored. */
export interface Marks {
  readonly conversationId: Id;
  readonly userId: Id;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  /** Unread messages that mention it. */
  readonly mentionCount: number;
  readonly markedUnread: boolean;
  readonly markedUnreadVersion: number;
  /** The newest message of the conversation, and the one up to which this member cleared it. */
  readonly lastSeq: number;
  readonly clearedSeq: number;
}

/** What a member lets others know. */
export interface SharedReceipt {
  readonly userId: Id;
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** Unread messages: what is behind the read mark. */
export const unreadOf = ({ lastSeq, lastReadSeq, clearedSeq }: Marks): number =>
  Math.max(0, lastSeq - Math.max(lastReadSeq, clearedSeq));

/** Output schema of a member's own marks. */
export const marksSchema = z.object({
  conversationId: z.string(),
  lastReadSeq: z.int(),
  lastDeliveredSeq: z.int(),
  lastSeq: z.int().meta({ description: 'the newest message' }),
  unread: z.int(),
  mentions: z.int().meta({ description: 'unread messages that mention the caller' }),
  markedUnread: z.boolean(),
  markVersion: z.int().meta({
    description:
      'sent along with a read mark, it takes back the mark "unread" that the caller knew of, and no newer one',
  }),
});
export type MarksView = Readonly<z.output<typeof marksSchema>>;

/** Output schema of the badge. */
export const badgeSchema = z.object({
  conversations: z
    .int()
    .meta({ description: 'conversations with something unread, muted and archived ones left out' }),
  messages: z.int().meta({ description: 'unread messages in them' }),
  mentions: z.int().meta({ description: 'unread mentions, in muted ones too' }),
  requests: z.int().meta({ description: 'conversations that wait for an answer' }),
});
export type Badge = Readonly<z.output<typeof badgeSchema>>;

/** How receipts behave here. */
export interface ReceiptOptions {
  /** Whether new accounts let others know what they have read. @default true */
  readonly sharedByDefault?: boolean;
  /** Who does not show what he has read does not see what others have. @default false */
  readonly reciprocal?: boolean;
}
