import {
  accountSummarySchema,
  entitySchema,
  formattingField,
  idSchema,
  MAX_PAGE_SIZE,
  opaqueKey,
  operation,
  pageFields,
  pageOf,
  prose,
  reactionKindSchema,
} from '@socialkit/core';
import { z } from 'zod';
import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '../conversations/types.js';
import { attachmentInput, attachmentSchema, MAX_ATTACHMENTS, MAX_MESSAGE_LENGTH } from './types.js';
import { historySchema, seenMessageSchema, sentSchema } from './views.js';

const conversation = { conversationId: idSchema } as const;
const seq = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const message = { ...conversation, seq } as const;
const changed = z.object({ changed: z.boolean() });
const limit = z.int().min(1).max(MAX_PAGE_SIZE).default(50);
const unixMs = z.int().min(0).max(8_640_000_000_000_000).meta({ description: 'Unix milliseconds' });

const written = {
  text: prose(MAX_MESSAGE_LENGTH).default(''),
  formatting: formattingField,
} as const;

const clientId = opaqueKey(64).meta({
  description: "the sender's own name of the message: sent again under it, it is answered as before",
});

const content = {
  ...written,
  attachments: z.array(attachmentInput).max(MAX_ATTACHMENTS).readonly().default([]),
  replyToSeq: seq.optional().meta({ description: 'the message it answers' }),
  threadRootSeq: seq.optional().meta({ description: 'the first message of the thread it belongs to' }),
  ttlSeconds: z
    .int()
    .min(MIN_TTL_SECONDS)
    .max(MAX_TTL_SECONDS)
    .optional()
    .meta({ description: "seconds it can be read; never longer than the conversation's own setting" }),
} as const;

const says = ({ text, attachments }: { text: string; attachments: readonly unknown[] }) =>
  attachments.length > 0 || /\S/u.test(text);
const SAYS_NOTHING = { message: 'must have text or attachments', path: ['text'] };

/** Input of `messages.send`. */
export const sendInput = z
  .strictObject({ ...conversation, clientId: clientId.optional(), ...content })
  .refine(says, SAYS_NOTHING);

/** Input of `messages.schedule`. */
export const scheduleInput = z
  .strictObject({ ...conversation, ...content, sendAt: unixMs })
  .refine(says, SAYS_NOTHING);
export type ScheduleInput = z.output<typeof scheduleInput>;

/** Output schema of a scheduled message. */
export const scheduledViewSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  text: z.string(),
  attachments: z.array(attachmentSchema).readonly(),
  replyToSeq: z.int().nullable(),
  threadRootSeq: z.int().nullable(),
  sendAt: unixMs,
  state: z.enum(['waiting', 'failed']),
  error: z.string().nullable().meta({ description: 'why it could not be sent: an error code' }),
});

/** Output schema of a draft. */
export const draftSchema = z.object({
  conversationId: z.string(),
  text: z.string(),
  replyToSeq: z.int().nullable(),
  updatedAt: unixMs,
});

const decision = z.strictObject({
  ...message,
  reason: prose(500, 1),
  revision: z.int().min(1).optional().meta({ description: 'the revision that was looked at' }),
});

const path = '/conversations/{conversationId}/messages';
const one = `${path}/{seq}`;

/** Public operations of the messages. Who is no member of a conversation gets `conversation.not_found` from all of them. */
export const messageOperations = {
  send: operation({
    name: 'messages.send',
    summary: 'Sends a message. Sent again under the same clientId it is answered with the first one.',
    method: 'POST',
    path,
    permission: 'user',
    rateLimit: 'own',
    input: sendInput,
    output: sentSchema,
  }),
  history: operation({
    name: 'messages.history',
    summary: 'A stretch of a conversation: the newest messages, those before, after or around one.',
    method: 'GET',
    path,
    permission: 'user',
    input: z
      .strictObject({
        ...conversation,
        before: seq.optional(),
        after: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
        around: seq.optional(),
        limit,
      })
      .refine(
        ({ before, after, around }) => [before, after, around].filter((x) => x !== undefined).length <= 1,
        { message: 'give one of before, after, around', path: ['around'] },
      ),
    output: historySchema,
  }),
  get: operation({
    name: 'messages.get',
    summary: 'One message.',
    method: 'GET',
    path: one,
    permission: 'user',
    input: z.strictObject(message),
    output: seenMessageSchema,
  }),
  thread: operation({
    name: 'messages.thread',
    summary: 'Messages of a thread, oldest first, the first one included.',
    method: 'GET',
    path: `${one}/thread`,
    permission: 'user',
    input: z.strictObject({ ...message, after: z.int().min(0).optional(), limit }),
    output: historySchema,
  }),
  search: operation({
    name: 'messages.search',
    summary:
      'Messages of a conversation that hold all words, newest first; the last word may be a beginning.',
    method: 'GET',
    path: '/conversations/{conversationId}/search',
    permission: 'user',
    rateLimit: 'search',
    input: z.strictObject({ ...conversation, query: prose(200, 1), ...pageFields }),
    output: pageOf(seenMessageSchema),
  }),
  revisions: operation({
    name: 'messages.revisions',
    summary: 'Earlier versions of a message, newest first.',
    method: 'GET',
    path: `${one}/revisions`,
    permission: 'user',
    input: z.strictObject({ ...message, ...pageFields }),
    output: pageOf(
      z.object({
        revision: z.int(),
        text: z.string(),
        entities: z.array(entitySchema).readonly(),
        writtenAt: unixMs,
      }),
    ),
  }),
  reactors: operation({
    name: 'messages.reactors',
    summary: 'Who reacted to a message, in order of account ids.',
    method: 'GET',
    path: `${one}/reactions`,
    permission: 'user',
    input: z.strictObject({ ...message, kind: reactionKindSchema.optional(), ...pageFields }),
    output: pageOf(z.object({ user: accountSummarySchema, kind: z.string(), reactedAt: unixMs })),
  }),
  pinned: operation({
    name: 'messages.pinned',
    summary: 'Pinned messages of a conversation, pinned last first.',
    method: 'GET',
    path: '/conversations/{conversationId}/pinned',
    permission: 'user',
    input: z.strictObject(conversation),
    output: z.object({ items: z.array(seenMessageSchema).readonly() }),
  }),
  edit: operation({
    name: 'messages.edit',
    summary: 'Replaces the text of a message of the caller.',
    method: 'PATCH',
    path: one,
    permission: 'user',
    input: z.strictObject({
      ...message,
      text: prose(MAX_MESSAGE_LENGTH, 1).refine((text) => /\S/u.test(text), 'must not be blank'),
      formatting: formattingField,
    }),
    output: seenMessageSchema,
  }),
  delete: operation({
    name: 'messages.delete',
    summary: 'Deletes a message for everybody: its author for a while, admins of a group always.',
    method: 'DELETE',
    path: one,
    permission: 'user',
    input: z.strictObject(message),
    output: z.object({ deleted: z.boolean().meta({ description: 'false when it was gone already' }) }),
  }),
  hide: operation({
    name: 'messages.hide',
    summary: 'Deletes a message for the caller alone.',
    method: 'PUT',
    path: `${one}/hidden`,
    permission: 'user',
    input: z.strictObject(message),
    output: changed,
  }),
  forward: operation({
    name: 'messages.forward',
    summary: 'Carries a message the caller sees into a conversation he may write to.',
    method: 'POST',
    path: `${one}/forward`,
    permission: 'user',
    rateLimit: 'own',
    input: z.strictObject({ ...message, toConversationId: idSchema, clientId: clientId.optional() }),
    output: sentSchema,
  }),
  react: operation({
    name: 'messages.react',
    summary: 'Gives a reaction to a message.',
    method: 'PUT',
    path: `${one}/reactions/{kind}`,
    permission: 'user',
    input: z.strictObject({ ...message, kind: reactionKindSchema }),
    output: changed,
  }),
  unreact: operation({
    name: 'messages.unreact',
    summary: 'Takes a reaction back.',
    method: 'DELETE',
    path: `${one}/reactions/{kind}`,
    permission: 'user',
    input: z.strictObject({ ...message, kind: reactionKindSchema }),
    output: changed,
  }),
  pin: operation({
    name: 'messages.pin',
    summary: 'Pins a message: admins of a group, both sides of a direct conversation.',
    method: 'PUT',
    path: `${one}/pin`,
    permission: 'user',
    input: z.strictObject(message),
    output: changed,
  }),
  unpin: operation({
    name: 'messages.unpin',
    summary: 'Takes a pin away.',
    method: 'DELETE',
    path: `${one}/pin`,
    permission: 'user',
    input: z.strictObject(message),
    output: changed,
  }),
  schedule: operation({
    name: 'messages.schedule',
    summary: 'Sends a message at an instant to come.',
    method: 'POST',
    path: '/conversations/{conversationId}/scheduled',
    permission: 'user',
    input: scheduleInput,
    output: scheduledViewSchema,
  }),
  scheduled: operation({
    name: 'messages.scheduled',
    summary: "The caller's messages that wait for their time or could not be sent, next first.",
    method: 'GET',
    path: '/scheduled-messages',
    permission: 'user',
    input: z.strictObject({ conversationId: idSchema.optional() }),
    output: z.object({ items: z.array(scheduledViewSchema).readonly() }),
  }),
  cancelScheduled: operation({
    name: 'messages.cancelScheduled',
    summary: 'Takes a scheduled message back.',
    method: 'DELETE',
    path: '/scheduled-messages/{scheduledId}',
    permission: 'user',
    input: z.strictObject({ scheduledId: idSchema }),
    output: z.object({ cancelled: z.boolean() }),
  }),
  saveDraft: operation({
    name: 'messages.saveDraft',
    summary: 'Keeps what the caller has begun to write; without text the draft is dropped.',
    method: 'PUT',
    path: '/conversations/{conversationId}/draft',
    permission: 'user',
    input: z.strictObject({
      ...conversation,
      text: prose(MAX_MESSAGE_LENGTH),
      replyToSeq: seq.optional(),
    }),
    output: changed,
  }),
  draft: operation({
    name: 'messages.draft',
    summary: "The caller's draft in a conversation.",
    method: 'GET',
    path: '/conversations/{conversationId}/draft',
    permission: 'user',
    input: z.strictObject(conversation),
    output: z.object({ draft: draftSchema.nullable() }),
  }),
  drafts: operation({
    name: 'messages.drafts',
    summary: "The caller's drafts, changed last first.",
    method: 'GET',
    path: '/drafts',
    permission: 'user',
    input: z.strictObject({ ...pageFields }),
    output: pageOf(draftSchema),
  }),
  release: operation({
    name: 'messages.release',
    summary: 'Lets a message under review through.',
    method: 'POST',
    path: `${one}/release`,
    permission: 'staff:content.moderate',
    input: decision,
    output: changed,
  }),
  restore: operation({
    name: 'messages.restore',
    summary: 'Reverses the takedown of a message.',
    method: 'POST',
    path: `${one}/restore`,
    permission: 'staff:content.moderate',
    input: decision,
    output: changed,
  }),
  flag: operation({
    name: 'messages.flag',
    summary: 'Takes a message down; it is kept for appeal.',
    method: 'POST',
    path: `${one}/flag`,
    permission: 'staff:content.moderate',
    input: decision,
    output: changed,
  }),
} as const;
