import { idempotencyFields, idSchema, operation, pageFields } from '@socialkit/core';
import { z } from 'zod';
import { bringingSchema } from './bring-in.js';
import {
  conversationInput,
  FOREVER,
  MAX_MEMBER_BATCH,
  NOTIFICATION_LEVELS,
  profileFields,
  settingsSchema,
} from './types.js';
import {
  conversationPage,
  conversationViewSchema,
  linkPage,
  linkPreviewSchema,
  linkViewSchema,
  memberPage,
} from './views.js';

const conversation = { conversationId: idSchema } as const;
const changed = z.object({ changed: z.boolean() });
const member = z.strictObject({ ...conversation, userId: idSchema });
const partialSettings = z.strictObject(settingsSchema.partial().shape);
const token = z
  .string()
  .length(43)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be a join token');
const userIds = z.array(idSchema).min(1).max(MAX_MEMBER_BATCH);

/** Conversations: opening, reading, what a member sets for itself. */
const ofConversations = {
  openDirect: operation({
    name: 'conversations.openDirect',
    summary: 'The direct conversation with another account: the one there is, or a new one.',
    method: 'POST',
    path: '/conversations/direct',
    permission: 'user',
    input: z.strictObject({ userId: idSchema }),
    output: conversationViewSchema,
  }),
  createGroup: operation({
    name: 'conversations.createGroup',
    summary: 'Founds a group; accounts that may not be added are invited.',
    method: 'POST',
    path: '/conversations',
    permission: 'user',
    input: z.strictObject({
      title: profileFields.title,
      description: profileFields.description.default(null),
      avatar: profileFields.avatar.default(null),
      settings: partialSettings.optional(),
      userIds: z.array(idSchema).max(MAX_MEMBER_BATCH).default([]),
      ...idempotencyFields,
    }),
    output: conversationViewSchema,
  }),
  list: operation({
    name: 'conversations.list',
    summary: "A page of the caller's conversations: pinned first, then newest message first.",
    method: 'GET',
    path: '/conversations',
    permission: 'user',
    input: z.strictObject({
      box: z
        .enum(['inbox', 'archived', 'requests'])
        .default('inbox')
        .meta({ description: 'requests: invitations, and strangers who wait for an answer' }),
      unread: z.boolean().optional(),
      muted: z.boolean().optional(),
      ...pageFields,
    }),
    output: conversationPage,
  }),
  get: operation({
    name: 'conversations.get',
    summary: 'One conversation.',
    method: 'GET',
    path: '/conversations/{conversationId}',
    permission: 'user',
    input: conversationInput,
    output: conversationViewSchema,
  }),
  shared: operation({
    name: 'conversations.shared',
    summary: 'Conversations in which both the caller and another account take part, newest first.',
    method: 'GET',
    path: '/users/{userId}/conversations',
    permission: 'user',
    input: z.strictObject({ userId: idSchema, ...pageFields }),
    output: conversationPage,
  }),
  edit: operation({
    name: 'conversations.edit',
    summary: 'Changes title, description, picture or settings of a group.',
    method: 'PATCH',
    path: '/conversations/{conversationId}',
    permission: 'user',
    input: z.strictObject({
      ...conversation,
      title: profileFields.title.optional(),
      description: profileFields.description.optional(),
      avatar: profileFields.avatar.optional(),
      settings: partialSettings.optional(),
    }),
    output: conversationViewSchema,
  }),
  delete: operation({
    name: 'conversations.delete',
    summary: 'Deletes a group for everybody.',
    method: 'DELETE',
    path: '/conversations/{conversationId}',
    permission: 'user',
    input: conversationInput,
    output: z.object({ deleted: z.boolean() }),
  }),
  prefer: operation({
    name: 'conversations.prefer',
    summary: 'Archives, pins or mutes a conversation for the caller, or sets what it is told about.',
    method: 'PATCH',
    path: '/conversations/{conversationId}/preferences',
    permission: 'user',
    input: z.strictObject({
      ...conversation,
      archived: z.boolean().optional(),
      pinned: z.boolean().optional(),
      mutedUntil: z
        .int()
        .min(0)
        .max(FOREVER)
        .nullable()
        .optional()
        .meta({ description: `Unix milliseconds; ${FOREVER} for no end, null ends the mute` }),
      notify: z.enum(NOTIFICATION_LEVELS).optional(),
    }),
    output: changed,
  }),
  clear: operation({
    name: 'conversations.clear',
    summary: 'Empties a conversation for the caller alone.',
    method: 'POST',
    path: '/conversations/{conversationId}/clear',
    permission: 'user',
    input: conversationInput,
    output: z.object({ clearedSeq: z.int() }),
  }),
  accept: operation({
    name: 'conversations.accept',
    summary: 'Accepts an invitation, or the conversation that a stranger began.',
    method: 'POST',
    path: '/conversations/{conversationId}/accept',
    permission: 'user',
    input: conversationInput,
    output: changed,
  }),
  decline: operation({
    name: 'conversations.decline',
    summary: 'Says no to an invitation, or to the conversation that a stranger began; nobody is told.',
    method: 'POST',
    path: '/conversations/{conversationId}/decline',
    permission: 'user',
    input: conversationInput,
    output: changed,
  }),
} as const;

/** Who takes part. */
const ofMembers = {
  members: operation({
    name: 'conversations.members',
    summary: 'A page of the members, highest role first.',
    method: 'GET',
    path: '/conversations/{conversationId}/members',
    permission: 'user',
    input: z.strictObject({
      ...conversation,
      list: z.enum(['active', 'invited', 'banned']).default('active'),
      search: z
        .string()
        .min(1)
        .max(30)
        .regex(/^[\p{L}\p{N}_]+$/u, 'must be the beginning of a handle')
        .optional(),
      ...pageFields,
    }),
    output: memberPage,
  }),
  invite: operation({
    name: 'conversations.invite',
    summary: 'Asks accounts into a group.',
    method: 'POST',
    path: '/conversations/{conversationId}/invitations',
    permission: 'user',
    input: z.strictObject({ ...conversation, userIds }),
    output: bringingSchema,
  }),
  uninvite: operation({
    name: 'conversations.uninvite',
    summary: 'Takes back an invitation.',
    method: 'DELETE',
    path: '/conversations/{conversationId}/invitations/{userId}',
    permission: 'user',
    input: member,
    output: changed,
  }),
  add: operation({
    name: 'conversations.add',
    summary: 'Puts accounts into a group without asking, as far as they allow it.',
    method: 'POST',
    path: '/conversations/{conversationId}/members',
    permission: 'user',
    input: z.strictObject({ ...conversation, userIds }),
    output: bringingSchema,
  }),
  remove: operation({
    name: 'conversations.remove',
    summary: 'Takes a member out of a group.',
    method: 'DELETE',
    path: '/conversations/{conversationId}/members/{userId}',
    permission: 'user',
    input: member,
    output: changed,
  }),
  setRole: operation({
    name: 'conversations.setRole',
    summary: 'Makes a member an admin, or an admin a member.',
    method: 'PUT',
    path: '/conversations/{conversationId}/members/{userId}/role',
    permission: 'user',
    input: z.strictObject({ ...member.shape, role: z.enum(['admin', 'member']) }),
    output: changed,
  }),
  transfer: operation({
    name: 'conversations.transfer',
    summary: 'Hands a group to another member.',
    method: 'PUT',
    path: '/conversations/{conversationId}/owner',
    permission: 'user',
    input: member,
    output: changed,
  }),
  ban: operation({
    name: 'conversations.ban',
    summary: 'Keeps an account out of a group.',
    method: 'PUT',
    path: '/conversations/{conversationId}/bans/{userId}',
    permission: 'user',
    input: member,
    output: changed,
  }),
  unban: operation({
    name: 'conversations.unban',
    summary: 'Ends a ban.',
    method: 'DELETE',
    path: '/conversations/{conversationId}/bans/{userId}',
    permission: 'user',
    input: member,
    output: changed,
  }),
  leave: operation({
    name: 'conversations.leave',
    summary: 'Leaves a group; an owner hands it on, the last one to leave deletes it.',
    method: 'POST',
    path: '/conversations/{conversationId}/leave',
    permission: 'user',
    input: z.strictObject({
      ...conversation,
      newOwnerId: idSchema
        .optional()
        .meta({ description: 'owners: who comes next; else the admin or member who has been there longest' }),
    }),
    output: z.object({ left: z.boolean() }),
  }),
} as const;

/** Join links. Tokens travel in bodies only: addresses end up in logs. */
const ofLinks = {
  links: operation({
    name: 'conversations.links',
    summary: 'A page of the join links of a group that are not revoked, newest first.',
    method: 'GET',
    path: '/conversations/{conversationId}/links',
    permission: 'user',
    input: z.strictObject({ ...conversation, ...pageFields }),
    output: linkPage,
  }),
  createLink: operation({
    name: 'conversations.createLink',
    summary: 'Makes a join link; its token is shown this once.',
    method: 'POST',
    path: '/conversations/{conversationId}/links',
    permission: 'user',
    input: z.strictObject({
      ...conversation,
      expiresAt: z
        .int()
        .min(0)
        .max(FOREVER)
        .nullable()
        .default(null)
        .meta({ description: 'Unix milliseconds; null for no end' }),
      maxUses: z.int().min(1).max(100_000).nullable().default(null),
    }),
    output: linkViewSchema.extend({ token: z.string() }),
  }),
  revokeLink: operation({
    name: 'conversations.revokeLink',
    summary: 'Ends a join link.',
    method: 'DELETE',
    path: '/conversations/{conversationId}/links/{linkId}',
    permission: 'user',
    input: z.strictObject({ ...conversation, linkId: idSchema }),
    output: changed,
  }),
  previewLink: operation({
    name: 'conversations.previewLink',
    summary: 'What a join link leads to; looking uses nothing up.',
    method: 'POST',
    path: '/conversations/preview',
    permission: 'user',
    writes: false,
    input: z.strictObject({ token }),
    output: linkPreviewSchema,
  }),
  join: operation({
    name: 'conversations.join',
    summary: 'Joins a group by a link.',
    method: 'POST',
    path: '/conversations/join',
    permission: 'user',
    input: z.strictObject({ token }),
    output: z.object({ conversationId: z.string(), joined: z.boolean() }),
  }),
} as const;

/** Public operations of the conversations. */
export const conversationOperations = { ...ofConversations, ...ofMembers, ...ofLinks } as const;
