import { z } from 'zod';
import { idempotencyFields } from '../kernel/idempotency.js';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { pageFields, pageOf } from '../kernel/page.js';
import { prose } from '../kernel/text.js';
import { formattingField } from '../text-entities/index.js';
import {
  COMMENT_SORTS,
  commentViewSchema,
  MAX_COMMENT_LENGTH,
  MAX_LISTED_DEPTH,
  MAX_REPLIES_LIMIT,
  threadPageSchema,
} from './types.js';

const comment = { commentId: idSchema } as const;
const written = {
  text: prose(MAX_COMMENT_LENGTH, 1).refine((text) => /\S/u.test(text), 'must not be blank'),
  formatting: formattingField,
} as const;
const changed = z.object({ changed: z.boolean() });
const decision = z.strictObject({
  ...comment,
  reason: prose(500, 1),
  revision: z.int().min(1).optional().meta({ description: 'the revision that was looked at' }),
});

/** Public operations of the comments. A plain repost has none of its own: they go to its original. */
export const commentOperations = {
  create: operation({
    name: 'comments.create',
    summary: 'Comments on a post, or answers a comment on it.',
    method: 'POST',
    path: '/posts/{postId}/comments',
    permission: 'user',
    input: z.strictObject({
      postId: idSchema,
      parentId: idSchema.optional().meta({ description: 'the comment to answer' }),
      ...written,
      ...idempotencyFields,
    }),
    output: commentViewSchema,
  }),
  list: operation({
    name: 'comments.list',
    summary: 'A page of a thread: comments below a post or a comment, with the first replies of each.',
    method: 'GET',
    path: '/posts/{postId}/comments',
    permission: 'anyone',
    input: z.strictObject({
      postId: idSchema,
      parentId: idSchema.optional().meta({ description: 'lists the replies of this comment' }),
      sort: z.enum(COMMENT_SORTS).default('newest').meta({ description: 'order of every level' }),
      depth: z
        .int()
        .min(0)
        .max(MAX_LISTED_DEPTH)
        .default(1)
        .meta({ description: 'levels of replies to bring along' }),
      repliesLimit: z.int().min(1).max(MAX_REPLIES_LIMIT).default(3),
      hidden: z
        .boolean()
        .default(false)
        .meta({ description: 'lists the comments that the author of the post hid instead of the others' }),
      ...pageFields,
    }),
    output: threadPageSchema,
  }),
  get: operation({
    name: 'comments.get',
    summary: 'One comment.',
    method: 'GET',
    path: '/comments/{commentId}',
    permission: 'anyone',
    input: z.strictObject(comment),
    output: commentViewSchema,
  }),
  byUser: operation({
    name: 'comments.byUser',
    summary: 'What an account commented, newest first, as far as the caller sees the posts.',
    method: 'GET',
    path: '/users/{userId}/comments',
    permission: 'anyone',
    input: z.strictObject({ userId: idSchema, ...pageFields }),
    output: pageOf(commentViewSchema),
  }),
  edit: operation({
    name: 'comments.edit',
    summary: 'Replaces the text of a comment of the caller.',
    method: 'PATCH',
    path: '/comments/{commentId}',
    permission: 'user',
    input: z.strictObject({ ...comment, ...written }),
    output: commentViewSchema,
  }),
  delete: operation({
    name: 'comments.delete',
    summary: 'Deletes a comment of the caller, or one below a post of the caller. Its replies stay.',
    method: 'DELETE',
    path: '/comments/{commentId}',
    permission: 'user',
    input: z.strictObject(comment),
    output: z.object({ deleted: z.boolean().meta({ description: 'false when it was deleted already' }) }),
  }),
  hide: operation({
    name: 'comments.hide',
    summary: "Hides a comment from the thread of the caller's post; it is listed on request only.",
    method: 'PUT',
    path: '/comments/{commentId}/hidden',
    permission: 'user',
    input: z.strictObject(comment),
    output: changed,
  }),
  unhide: operation({
    name: 'comments.unhide',
    summary: "Shows a hidden comment in the thread of the caller's post again.",
    method: 'DELETE',
    path: '/comments/{commentId}/hidden',
    permission: 'user',
    input: z.strictObject(comment),
    output: changed,
  }),
  pin: operation({
    name: 'comments.pin',
    summary: "Pins a comment right below the caller's post, in place of the one that was pinned.",
    method: 'PUT',
    path: '/comments/{commentId}/pin',
    permission: 'user',
    input: z.strictObject(comment),
    output: changed,
  }),
  unpin: operation({
    name: 'comments.unpin',
    summary: "Unpins a comment of the caller's post.",
    method: 'DELETE',
    path: '/comments/{commentId}/pin',
    permission: 'user',
    input: z.strictObject(comment),
    output: changed,
  }),
  release: operation({
    name: 'comments.release',
    summary: 'Lets a comment under review through.',
    method: 'POST',
    path: '/comments/{commentId}/release',
    permission: 'staff:content.moderate',
    input: decision,
    output: changed,
  }),
  restore: operation({
    name: 'comments.restore',
    summary: 'Reverses the takedown of a comment.',
    method: 'POST',
    path: '/comments/{commentId}/restore',
    permission: 'staff:content.moderate',
    input: decision,
    output: changed,
  }),
  flag: operation({
    name: 'comments.flag',
    summary: 'Takes a comment down; it is kept for appeal.',
    method: 'POST',
    path: '/comments/{commentId}/flag',
    permission: 'staff:content.moderate',
    input: decision,
    output: changed,
  }),
} as const;
