import { type Formatting, type Id, opaqueKey, prose, type TextEntity } from '@socialkit/core';
import { z } from 'zod';

/** Code points of a message at most. */
export const MAX_MESSAGE_LENGTH = 4000;
/** Attachments of a message at most. */
export const MAX_ATTACHMENTS = 10;
/** Pinned messages of a conversation at most. */
export const MAX_PINNED_MESSAGES = 50;
/** Messages one account has waiting for their time, at most. */
export const MAX_SCHEDULED_MESSAGES = 100;
/** How far ahead a message can be scheduled, in milliseconds. */
export const MAX_MESSAGE_AHEAD_MS = 400 * 24 * 60 * 60_000;

/** States of a message. `flagged` was taken down by moderation; a deleted one keeps its place and nothing else. */
export const MESSAGE_STATUSES = ['published', 'under_review', 'flagged', 'deleted', 'expired'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Kinds of attachments. */
export const ATTACHMENT_KINDS = ['image', 'video', 'audio', 'file'] as const;

/** One attachment as it is stored and returned. `ref` names it to whatever keeps the files. */
export const attachmentSchema = z.object({
  ref: z.string(),
  type: z.enum(ATTACHMENT_KINDS),
  alt: z.string().nullable().meta({ description: 'what it shows or is called' }),
});
export type Attachment = Readonly<z.output<typeof attachmentSchema>>;

/** One attachment as its author names it. */
export const attachmentInput = z.strictObject({
  // A ref may be a URL: then it must not be one that runs code where it is shown.
  ref: opaqueKey(512).refine(
    (ref) => !/^[a-z][a-z0-9+.-]*:/i.test(ref) || /^https?:/i.test(ref),
    'must be http or https when it is a URL',
  ),
  type: z.enum(ATTACHMENT_KINDS),
  alt: prose(1500).nullable().default(null),
});

/** What names a message: its conversation and its place in it. */
export interface MessageKey {
  readonly conversationId: Id;
  /** Dense within the conversation, from 1. */
  readonly seq: number;
}

/** What is written in a message. */
export interface MessageContent {
  /** Raw; empty once deleted, and in a message of attachments alone. */
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly attachments: readonly Attachment[];
  /** Warning of the content gate; the message is shown behind it. */
  readonly label: string | null;
}

/** A message as it is stored. Times are Unix milliseconds. */
export interface Message extends MessageKey, MessageContent {
  readonly authorId: Id;
  /** The sender's own name of the message, unique among its messages of the conversation. */
  readonly clientId: string | null;
  /** SHA-256 of what was sent under `clientId`, hex. */
  readonly fingerprint: string | null;
  readonly status: MessageStatus;
  /** The message it answers. */
  readonly replyToSeq: number | null;
  /** The first message of the thread it belongs to; null outside of threads and for that message itself. */
  readonly threadRootSeq: number | null;
  /** It was written elsewhere and carried here. */
  readonly forwarded: boolean;
  /** From 1, up by one with every edit. */
  readonly revision: number;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly expiresAt: number | null;
  readonly pinnedAt: number | null;
  /** Published messages of the thread below it. */
  readonly replyCount: number;
  /** The newest message that was ever published in the thread below it. */
  readonly lastReplySeq: number | null;
  /** By kind; kinds nobody gives are absent. */
  readonly reactionCounts: Readonly<Record<string, number>>;
}

/** An earlier version of a message. */
export interface MessageRevision {
  readonly revision: number;
  readonly text: string;
  readonly entities: readonly TextEntity[];
  /** When it was written, Unix milliseconds. */
  readonly writtenAt: number;
}

/** A draft: what an account has begun to write in a conversation. */
export interface Draft {
  readonly conversationId: Id;
  readonly userId: Id;
  readonly text: string;
  readonly replyToSeq: number | null;
  readonly updatedAt: number;
}

/** A message that waits for its time. `failed` could not be sent then; `error` says why. */
export interface ScheduledMessage {
  readonly id: Id;
  readonly conversationId: Id;
  readonly authorId: Id;
  readonly text: string;
  readonly formatting: readonly Formatting[];
  readonly attachments: readonly Attachment[];
  readonly replyToSeq: number | null;
  readonly threadRootSeq: number | null;
  readonly ttlSeconds: number | null;
  readonly sendAt: number;
  readonly createdAt: number;
  readonly state: 'waiting' | 'failed';
  readonly error: string | null;
}

/** Whether a message can be read by members at all: published, and its time is not over. */
export const isReadable = (message: Pick<Message, 'status' | 'expiresAt'>, now: number): boolean =>
  message.status === 'published' && (message.expiresAt === null || message.expiresAt > now);
