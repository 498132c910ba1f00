import { z } from 'zod';
import { COMMENT_POLICIES, VISIBILITIES } from '../access/index.js';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { pageFields, pageOf } from '../kernel/page.js';
import {
  createInput,
  editInput,
  flagInput,
  postInput,
  reviewInput,
  scheduleInput,
  voteInput,
} from './input.js';
import { reposterSchema, versionSchema } from './reads.js';
import { MAX_PINS, MAX_POST_BATCH } from './types.js';
import { postViewSchema } from './view.js';

const post = { postId: idSchema } as const;
const changed = z.object({
  changed: z.boolean().meta({ description: 'false when it was like this before' }),
});
const decided = z.object({ postId: z.string(), changed: z.boolean() });
const repostOutcome = z.object({
  repostId: z.string().nullable().meta({ description: 'the repost in your name, null when there is none' }),
  changed: z.boolean(),
});
const postPage = pageOf(postViewSchema);
const posts = z.object({ items: z.array(postViewSchema).readonly() });

/** Public operations of the posts: writing and reading. */
const lifecycle = {
  create: operation({
    name: 'posts.create',
    summary: 'Writes a post: published at once, as a draft, or scheduled.',
    method: 'POST',
    path: '/posts',
    permission: 'user',
    input: createInput,
    output: postViewSchema,
  }),
  get: operation({
    name: 'posts.get',
    summary: 'One post, with its counts and what holds between it and you.',
    method: 'GET',
    path: '/posts/{postId}',
    permission: 'anyone',
    input: postInput,
    output: postViewSchema,
  }),
  getMany: operation({
    name: 'posts.getMany',
    summary: `Up to ${MAX_POST_BATCH} posts by id, in the order asked for; what you cannot see is left out.`,
    method: 'GET',
    path: '/posts',
    permission: 'anyone',
    input: z.strictObject({ ids: z.array(idSchema).min(1).max(MAX_POST_BATCH) }),
    output: posts,
  }),
  edit: operation({
    name: 'posts.edit',
    summary: 'Changes the content of your post; what is left out stays, null clears.',
    method: 'PATCH',
    path: '/posts/{postId}',
    permission: 'user',
    input: editInput,
    output: postViewSchema,
  }),
  history: operation({
    name: 'posts.history',
    summary: 'The versions of a post, newest first.',
    method: 'GET',
    path: '/posts/{postId}/history',
    permission: 'anyone',
    input: z.strictObject({ ...post, ...pageFields }),
    output: pageOf(versionSchema),
  }),
  delete: operation({
    name: 'posts.delete',
    summary: 'Deletes your post with its text, attachments, history and poll.',
    method: 'DELETE',
    path: '/posts/{postId}',
    permission: 'user',
    input: postInput,
    output: changed,
  }),
  drafts: operation({
    name: 'posts.drafts',
    summary: 'Your drafts and scheduled posts, newest first.',
    method: 'GET',
    path: '/me/drafts',
    permission: 'user',
    input: z.strictObject({ ...pageFields }),
    output: postPage,
  }),
  publish: operation({
    name: 'posts.publish',
    summary:
      'Publishes your draft or scheduled post now; it gets a new id and is found under the old one too.',
    method: 'POST',
    path: '/posts/{postId}/publish',
    permission: 'user',
    input: postInput,
    output: postViewSchema,
  }),
  schedule: operation({
    name: 'posts.schedule',
    summary: 'Schedules your draft, or moves the time of your scheduled post.',
    method: 'PUT',
    path: '/posts/{postId}/schedule',
    permission: 'user',
    input: scheduleInput,
    output: postViewSchema,
  }),
  unschedule: operation({
    name: 'posts.unschedule',
    summary: 'Makes your scheduled post a draft again.',
    method: 'DELETE',
    path: '/posts/{postId}/schedule',
    permission: 'user',
    input: postInput,
    output: postViewSchema,
  }),
  setVisibility: operation({
    name: 'posts.setVisibility',
    summary: 'Changes who can see your post, from the next read on.',
    method: 'PUT',
    path: '/posts/{postId}/visibility',
    permission: 'user',
    input: z.strictObject({ ...post, visibility: z.enum(VISIBILITIES) }),
    output: decided,
  }),
  setCommentPolicy: operation({
    name: 'posts.setCommentPolicy',
    summary: 'Changes who may comment on your post; what was written stays.',
    method: 'PUT',
    path: '/posts/{postId}/comment-policy',
    permission: 'user',
    input: z.strictObject({ ...post, commentPolicy: z.enum(COMMENT_POLICIES) }),
    output: decided,
  }),
} as const;

/** What people do with posts. */
const engagement = {
  repost: operation({
    name: 'posts.repost',
    summary: 'Reposts a public post; again changes nothing.',
    method: 'PUT',
    path: '/posts/{postId}/repost',
    permission: 'user',
    input: postInput,
    output: repostOutcome,
  }),
  undoRepost: operation({
    name: 'posts.undoRepost',
    summary: 'Takes your repost of a post back.',
    method: 'DELETE',
    path: '/posts/{postId}/repost',
    permission: 'user',
    input: postInput,
    output: repostOutcome,
  }),
  reposts: operation({
    name: 'posts.reposts',
    summary: 'Who reposted a post, newest first.',
    method: 'GET',
    path: '/posts/{postId}/reposts',
    permission: 'anyone',
    input: z.strictObject({ ...post, ...pageFields }),
    output: pageOf(reposterSchema),
  }),
  quotes: operation({
    name: 'posts.quotes',
    summary: 'Posts that quote a post, newest first.',
    method: 'GET',
    path: '/posts/{postId}/quotes',
    permission: 'anyone',
    input: z.strictObject({ ...post, ...pageFields }),
    output: postPage,
  }),
  vote: operation({
    name: 'posts.vote',
    summary: 'Votes in the poll of a post, once and for all.',
    method: 'PUT',
    path: '/posts/{postId}/vote',
    permission: 'user',
    input: voteInput,
    output: postViewSchema,
  }),
  bookmark: operation({
    name: 'posts.bookmark',
    summary: 'Keeps a post in your bookmarks, which only you see.',
    method: 'PUT',
    path: '/posts/{postId}/bookmark',
    permission: 'user',
    input: postInput,
    output: changed,
  }),
  unbookmark: operation({
    name: 'posts.unbookmark',
    summary: 'Drops a post from your bookmarks.',
    method: 'DELETE',
    path: '/posts/{postId}/bookmark',
    permission: 'user',
    input: postInput,
    output: changed,
  }),
  bookmarks: operation({
    name: 'posts.bookmarks',
    summary: 'Your bookmarks, last kept first.',
    method: 'GET',
    path: '/me/bookmarks',
    permission: 'user',
    input: z.strictObject({ ...pageFields }),
    output: postPage,
  }),
  pin: operation({
    name: 'posts.pin',
    summary: `Puts your post on top of your profile, at most ${MAX_PINS} of them.`,
    method: 'PUT',
    path: '/posts/{postId}/pin',
    permission: 'user',
    input: postInput,
    output: changed,
  }),
  unpin: operation({
    name: 'posts.unpin',
    summary: 'Takes your post off the top of your profile.',
    method: 'DELETE',
    path: '/posts/{postId}/pin',
    permission: 'user',
    input: postInput,
    output: changed,
  }),
  pinned: operation({
    name: 'posts.pinned',
    summary: 'The pinned posts of a profile, last pinned first.',
    method: 'GET',
    path: '/users/{userId}/pinned',
    permission: 'anyone',
    input: z.strictObject({ userId: idSchema }),
    output: posts,
  }),
} as const;

/** What staff decide about posts. */
const review = {
  release: operation({
    name: 'posts.release',
    summary: 'Lets a post through that the content gate held.',
    method: 'POST',
    path: '/posts/{postId}/release',
    permission: 'staff:content.review',
    rateLimit: 'staff',
    input: reviewInput,
    output: decided,
  }),
  flag: operation({
    name: 'posts.flag',
    summary: 'Takes a post down and keeps it for appeal.',
    method: 'POST',
    path: '/posts/{postId}/flag',
    permission: 'staff:content.review',
    rateLimit: 'staff',
    input: flagInput,
    output: decided,
  }),
  restore: operation({
    name: 'posts.restore',
    summary: 'Reverses a takedown.',
    method: 'POST',
    path: '/posts/{postId}/restore',
    permission: 'staff:content.review',
    rateLimit: 'staff',
    input: reviewInput,
    output: decided,
  }),
} as const;

/** Public operations of the posts. */
export const postOperations = { ...lifecycle, ...engagement, ...review } as const;
