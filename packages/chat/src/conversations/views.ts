import { accountSummarySchema, pageOf } from '@socialkit/core';
import { z } from 'zod';
import { capabilitiesSchema } from './capabilities.js';
import { CONVERSATION_KINDS, MEMBER_ROLES, NOTIFICATION_LEVELS, settingsSchema } from './types.js';

const unixMs = z.int().meta({ description: 'Unix milliseconds' });

/** The newest message of a conversation, as a list shows it. */
export const messagePreviewSchema = z.object({
  seq: z.int(),
  authorId: z.string().nullable().meta({ description: 'null when it is not for this viewer' }),
  status: z.string().meta({ description: 'as in the message itself' }),
  text: z
    .string()
    .nullable()
    .meta({ description: 'the beginning of it; null when it is gone or not for this viewer' }),
  attachments: z.int().meta({ description: 'how many it has' }),
  createdAt: unixMs,
});
/** See {@link messagePreviewSchema}. */
export type MessagePreview = Readonly<z.output<typeof messagePreviewSchema>>;

/** What holds between the caller and a conversation. */
export const conversationViewerSchema = z.object({
  state: z.enum(['active', 'invited', 'requested']),
  role: z.enum(MEMBER_ROLES),
  invitedBy: accountSummarySchema.nullable().meta({ description: 'who asked the caller into the group' }),
  awaitsAnswer: z.boolean().meta({
    description: 'the caller wrote to a stranger and can write again once he has accepted',
  }),
  unread: z.int(),
  mentions: z.int().meta({ description: 'unread messages that mention the caller' }),
  markedUnread: z.boolean(),
  lastReadSeq: z.int(),
  lastDeliveredSeq: z.int(),
  hiddenUpToSeq: z.int().meta({
    description: 'messages up to this one are not for the caller: cleared, or from before joining',
  }),
  notify: z.enum(NOTIFICATION_LEVELS),
  mutedUntil: unixMs.nullable().meta({ description: 'Unix milliseconds; null when not muted' }),
  archived: z.boolean(),
  pinned: z.boolean(),
  capabilities: capabilitiesSchema,
});

/** A conversation as one viewer gets to see it. */
export const conversationViewSchema = z.object({
  id: z.string(),
  kind: z.enum(CONVERSATION_KINDS),
  title: z.string().nullable(),
  description: z.string().nullable(),
  avatar: z.object({ ref: z.string(), alt: z.string().nullable() }).nullable(),
  label: z.string().nullable().meta({ description: 'warning to show before title and picture' }),
  ownerId: z.string().nullable(),
  settings: settingsSchema,
  memberCount: z.int(),
  counterpartId: z.string().nullable().meta({ description: 'direct: the other account' }),
  counterpart: accountSummarySchema
    .nullable()
    .meta({ description: 'direct: the other account, null while the caller cannot see its profile' }),
  lastSeq: z.int().meta({ description: 'the newest message' }),
  lastOffset: z.int().meta({ description: 'the newest event: where to follow the stream from' }),
  lastMessageAt: unixMs.nullable(),
  lastMessage: messagePreviewSchema.nullable(),
  createdAt: unixMs,
  revision: z.int(),
  viewer: conversationViewerSchema,
});
export type ConversationView = Readonly<z.output<typeof conversationViewSchema>>;
/** A page of conversations. */
export const conversationPage = pageOf(conversationViewSchema);

/** A member as one viewer gets to see it. */
export const memberViewSchema = z.object({
  account: accountSummarySchema,
  role: z.enum(MEMBER_ROLES),
  since: unixMs.meta({ description: 'Unix milliseconds: joined, invited or banned at' }),
  viewer: z.object({
    self: z.boolean(),
    canRemove: z.boolean(),
    canBan: z.boolean(),
    canChangeRole: z.boolean(),
  }),
});
export type MemberView = Readonly<z.output<typeof memberViewSchema>>;
export const memberPage = pageOf(memberViewSchema);

/** A join link as those who manage links see it: without its token. */
export const linkViewSchema = z.object({
  id: z.string(),
  createdBy: z.string(),
  createdAt: unixMs,
  expiresAt: unixMs.nullable(),
  maxUses: z.int().nullable(),
  uses: z.int(),
  usable: z.boolean().meta({ description: 'neither expired nor used up' }),
});
export type LinkView = Readonly<z.output<typeof linkViewSchema>>;
export const linkPage = pageOf(linkViewSchema);

/** What somebody with a join link learns before joining. */
export const linkPreviewSchema = z.object({
  conversationId: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  avatar: z.object({ ref: z.string(), alt: z.string().nullable() }).nullable(),
  label: z.string().nullable(),
  memberCount: z.int(),
  expiresAt: unixMs.nullable(),
  joined: z.boolean().meta({ description: 'the caller takes part already' }),
});
export type LinkPreview = Readonly<z.output<typeof linkPreviewSchema>>;
