import { accountSummarySchema, entitySchema } from '@socialkit/core';
import { z } from 'zod';
import { attachmentSchema, MESSAGE_STATUSES } from './types.js';

const unixMs = z.int().meta({ description: 'Unix milliseconds' });

/**
 * A message as every member may see it: nothing in it depends on who looks. What must not be seen has a status other than
 * `published` and no content.
 */
export const messageViewSchema = z.object({
  conversationId: z.string(),
  seq: z.int().meta({ description: 'place in the conversation: dense, from 1' }),
  status: z.enum([...MESSAGE_STATUSES, 'hidden']).meta({
    description:
      'hidden: not for this viewer. Everything but published, and under_review for its author, keeps only its place',
  }),
  authorId: z.string().nullable(),
  text: z.string(),
  entities: z.array(entitySchema).readonly(),
  attachments: z.array(attachmentSchema).readonly(),
  label: z.string().nullable(),
  replyToSeq: z.int().nullable(),
  threadRootSeq: z.int().nullable().meta({
    description: 'the first message of its thread; null for that one itself and outside of threads',
  }),
  replyCount: z.int().meta({ description: 'published messages of the thread below it' }),
  lastReplySeq: z.int().nullable(),
  forwarded: z.boolean(),
  reactions: z.record(z.string(), z.int()).meta({ description: 'how often each kind was given' }),
  pinnedAt: unixMs.nullable(),
  revision: z.int().meta({ description: '1 as written, one more with every edit' }),
  createdAt: unixMs,
  editedAt: unixMs.nullable(),
  expiresAt: unixMs.nullable(),
});
export type MessageView = Readonly<z.output<typeof messageViewSchema>>;

/** What holds between one viewer and a message. */
export const messageViewerSchema = z.object({
  own: z.boolean(),
  clientId: z.string().nullable().meta({ description: "the sender's own name of it; null for others" }),
  mentioned: z.boolean(),
  reacted: z.array(z.string()).readonly().meta({ description: 'kinds the viewer gave' }),
  canEdit: z.boolean(),
  canDelete: z.boolean().meta({ description: 'for everybody; for oneself always' }),
  canPin: z.boolean(),
});

/** A message as one viewer gets it. */
export const seenMessageSchema = messageViewSchema.extend({ viewer: messageViewerSchema });
export type SeenMessage = Readonly<z.output<typeof seenMessageSchema>>;

/** Output of sending. */
export const sentSchema = z.object({
  message: seenMessageSchema,
  duplicate: z
    .boolean()
    .meta({ description: 'true when it had been sent before under this clientId: nothing was written' }),
  held: z
    .boolean()
    .meta({ description: 'true when it waits for review: only its author sees it until it is released' }),
});
export type Sent = Readonly<z.output<typeof sentSchema>>;

/** A stretch of a conversation, oldest first, with whom it names. */
export const historySchema = z.object({
  items: z.array(seenMessageSchema).readonly(),
  /** Messages that items answer and that are not items. */
  referenced: z.array(seenMessageSchema).readonly(),
  accounts: z.array(accountSummarySchema).readonly().meta({ description: 'authors of all of these' }),
  before: z
    .int()
    .nullable()
    .meta({ description: 'ask with this `before` for older ones; null at the beginning' }),
  after: z.int().nullable().meta({ description: 'ask with this `after` for newer ones; null at the end' }),
  lastSeq: z.int().meta({ description: 'the newest message there was at `offset`' }),
  offset: z.int().meta({
    description:
      'the event of the conversation up to which this is at least as new: follow its stream from here',
  }),
});
export type History = Readonly<z.output<typeof historySchema>>;
