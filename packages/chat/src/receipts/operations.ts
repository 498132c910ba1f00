import { idSchema, operation } from '@socialkit/core';
import { z } from 'zod';
import { badgeSchema, marksSchema } from './types.js';

const conversation = { conversationId: idSchema } as const;
const seq = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const path = '/conversations/{conversationId}';
const settings = z.object({ shareRead: z.boolean() });

/** Public operations of the receipts. */
export const receiptOperations = {
  read: operation({
    name: 'receipts.read',
    summary: 'Marks everything up to a message as read. An older mark than there is changes nothing.',
    method: 'POST',
    path: `${path}/read`,
    permission: 'user',
    input: z.strictObject({ ...conversation, seq, markVersion: z.int().min(0).optional() }),
    output: marksSchema,
  }),
  delivered: operation({
    name: 'receipts.delivered',
    summary: 'Marks everything up to a message as delivered to a device.',
    method: 'POST',
    path: `${path}/delivered`,
    permission: 'user',
    input: z.strictObject({ ...conversation, seq }),
    output: marksSchema,
  }),
  markUnread: operation({
    name: 'receipts.markUnread',
    summary: 'Marks a conversation as unread; only a read mark that knows of it takes that back.',
    method: 'POST',
    path: `${path}/unread`,
    permission: 'user',
    input: z.strictObject(conversation),
    output: marksSchema,
  }),
  marks: operation({
    name: 'receipts.marks',
    summary: "The caller's own marks in a conversation.",
    method: 'GET',
    path: `${path}/marks`,
    permission: 'user',
    input: z.strictObject(conversation),
    output: marksSchema,
  }),
  list: operation({
    name: 'receipts.list',
    summary: 'How far the others have read, where there are few of them.',
    method: 'GET',
    path: `${path}/receipts`,
    permission: 'user',
    input: z.strictObject(conversation),
    output: z.object({
      items: z
        .array(z.object({ userId: z.string(), readSeq: z.int(), deliveredSeq: z.int() }))
        .readonly()
        .meta({ description: 'who shares it; members who do not are absent' }),
      aggregated: z
        .boolean()
        .meta({ description: 'true in large groups: nobody is listed, counts are given on request' }),
    }),
  }),
  count: operation({
    name: 'receipts.count',
    summary: 'How many members have a message delivered, and have read it.',
    method: 'GET',
    path: `${path}/messages/{seq}/receipts`,
    permission: 'user',
    input: z.strictObject({ ...conversation, seq }),
    output: z.object({ read: z.int(), delivered: z.int() }),
  }),
  badge: operation({
    name: 'receipts.badge',
    summary: 'What waits for the caller in all conversations.',
    method: 'GET',
    path: '/badge',
    permission: 'user',
    input: z.strictObject({}),
    output: badgeSchema,
  }),
  settings: operation({
    name: 'receipts.settings',
    summary: 'Whether the caller lets others know what he has read.',
    method: 'GET',
    path: '/receipt-settings',
    permission: 'user',
    input: z.strictObject({}),
    output: settings,
  }),
  updateSettings: operation({
    name: 'receipts.updateSettings',
    summary: 'Lets others know what the caller reads from now on, or no longer.',
    method: 'PUT',
    path: '/receipt-settings',
    permission: 'user',
    input: z.strictObject({ shareRead: z.boolean() }),
    output: settings,
  }),
  reconcile: operation({
    name: 'receipts.reconcile',
    summary: 'Counts mentions, reactions and replies of a conversation anew and repairs what differs.',
    method: 'POST',
    path: `${path}/reconcile`,
    permission: 'staff:counter.reconcile',
    input: z.strictObject(conversation),
    output: z.object({ repaired: z.int() }),
  }),
} as const;
