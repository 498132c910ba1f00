import type { Id } from '@socialkit/core';
import type { Badge, Marks, SharedReceipt } from './types.js';

/** Reads how far members have come. No policy: who may know it is for the callers. */
export interface ReceiptReader {
  /** Marks of an active member; null for everybody else. */
  marks(conversationId: Id, userId: Id): Promise<Marks | null>;
  /** What active members let others know, in order of ids, at most `limit`. */
  shared(conversationId: Id, limit: number): Promise<readonly SharedReceipt[]>;
  /** When a member's receipt last moved for others, Unix ms; null before. */
  sharedAt(conversationId: Id, userId: Id): Promise<number | null>;
  /**
   * Of active members who share, without the message's author, how many have it delivered and read. Who joined after it
   * does not count. @param byDefault whether an account that chose nothing shares
   */
  counts(
    conversationId: Id,
    message: { readonly seq: number; readonly authorId: Id },
    byDefault: boolean,
  ): Promise<{ readonly read: number; readonly delivered: number }>;
  /** What accounts chose; who chose nothing is absent. */
  sharing(userIds: readonly Id[]): Promise<ReadonlyMap<Id, boolean>>;
  /** One query. @param now Unix ms, decides which mutes have ended */
  badge(userId: Id, now: number): Promise<Badge>;
  /** Ids of conversations, ascending, behind `after`. */
  conversations(after: Id | null, limit: number): Promise<readonly Id[]>;
}

/** Writes how far members have come. */
export interface ReceiptWriter {
  /**
   * Locks an active member's marks until the transaction ends and reads them as they then are: a message that mentions it is
   * counted before or after, never over what is written here.
   */
  lock(conversationId: Id, userId: Id): Promise<Marks | null>;
  /**
   * Moves marks forward; the greatest wins, and nothing passes the newest message. What is read is delivered. Mentions behind
   * the read mark are counted anew. Behind {@link lock}.
   * @param unmark also takes the mark "unread" back @returns the marks as they are now
   */
  advance(
    conversationId: Id,
    userId: Id,
    to: { readonly read: number; readonly delivered: number; readonly unmark: boolean },
  ): Promise<Marks>;
  /** Marks as unread and makes a new version. Behind {@link lock}. @returns the marks as they are now */
  markUnread(conversationId: Id, userId: Id): Promise<Marks>;
  /** Lets others know; marks never move back. @param at Unix ms @returns false when that changed nothing */
  share(conversationId: Id, receipt: SharedReceipt, at: number): Promise<boolean>;
  setSharing(userId: Id, share: boolean): Promise<void>;
  /**
   * Counts mentions of members, reactions and thread replies of one conversation anew and repairs what differs. The caller
   * holds the conversation's lock. @returns how many counters were wrong
   */
  recount(conversationId: Id): Promise<number>;
}

/** The reading port of this slice. */
export interface ReceiptReaders {
  readonly receipts: ReceiptReader;
}

/** Its ports inside a unit of work. */
export interface ReceiptStores {
  readonly receipts: ReceiptReader & ReceiptWriter;
}
