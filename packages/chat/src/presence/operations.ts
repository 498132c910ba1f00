import { accountSummarySchema, idSchema, operation, pageFields, pageOf } from '@socialkit/core';
import { z } from 'zod';
import { conversationInput } from '../conversations/types.js';
import {
  chosenStateSchema,
  lastSeenAudienceSchema,
  MAX_LISTED_MEMBERS,
  MAX_PRESENCE_BATCH,
  ownPresenceSchema,
  presenceViewSchema,
  shownStateSchema,
} from './types.js';

/** Public operations of presence. What a caller may not know is `offline`, like an account that does not exist. */
export const presenceOperations = {
  get: operation({
    name: 'presence.get',
    summary: `Who of up to ${MAX_PRESENCE_BATCH} accounts is connected, and when the others last were`,
    method: 'GET',
    path: '/presence',
    input: z.strictObject({ userIds: z.array(idSchema).min(1).max(MAX_PRESENCE_BATCH).readonly() }),
    output: z.object({ items: z.array(presenceViewSchema).readonly() }),
    permission: 'user',
  }),
  mine: operation({
    name: 'presence.mine',
    summary: 'What you chose to be, what others see, and your connected devices',
    method: 'GET',
    path: '/me/presence',
    input: z.strictObject({}),
    output: ownPresenceSchema,
    permission: 'user',
  }),
  choose: operation({
    name: 'presence.choose',
    summary: 'Choose what you are while you are connected, and who learns when you were last',
    method: 'PATCH',
    path: '/me/presence',
    input: z
      .strictObject({
        state: chosenStateSchema.optional(),
        lastSeen: lastSeenAudienceSchema.optional(),
      })
      .refine(({ state, lastSeen }) => state !== undefined || lastSeen !== undefined, 'nothing is chosen'),
    output: ownPresenceSchema,
    permission: 'user',
  }),
  contacts: operation({
    name: 'presence.contacts',
    summary: 'Who of those you follow, or of your friends, is connected; the newest tie first',
    method: 'GET',
    path: '/me/presence/contacts',
    input: z.strictObject({ of: z.enum(['following', 'friends']).default('following'), ...pageFields }),
    output: pageOf(z.object({ user: accountSummarySchema, state: shownStateSchema })),
    permission: 'user',
  }),
  ofConversation: operation({
    name: 'presence.ofConversation',
    summary: `How many members of a conversation are connected, and who up to ${MAX_LISTED_MEMBERS} members`,
    method: 'GET',
    path: '/conversations/{conversationId}/presence',
    input: conversationInput,
    output: z.object({
      members: z.int().meta({ description: 'active members' }),
      online: z
        .int()
        .nullable()
        .meta({ description: 'connected ones as you see them; null in a conversation too large to count' }),
      items: z
        .array(z.object({ userId: idSchema, state: shownStateSchema }))
        .readonly()
        .nullable()
        .meta({ description: `the connected ones; null above ${MAX_LISTED_MEMBERS} members` }),
    }),
    permission: 'user',
  }),
} as const;

/** Public operations of typing. */
export const typingOperations = {
  set: operation({
    name: 'typing.set',
    summary:
      'Show the others in a conversation that you are typing, or that you stopped; repeat it every 3 seconds',
    method: 'POST',
    path: '/conversations/{conversationId}/typing',
    input: z.strictObject({ conversationId: idSchema, typing: z.boolean().default(true) }),
    output: z.object({
      shown: z
        .boolean()
        .meta({ description: 'false where it is not shown: too many members, or said just now' }),
    }),
    permission: 'user',
    rateLimit: 'own',
  }),
} as const;
