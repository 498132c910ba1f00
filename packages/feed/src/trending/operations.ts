import { operation, pageFields, pageOf } from '@socialkit/core';
import { z } from 'zod';
import {
  blockInput,
  gateSchema,
  postTrendsSchema,
  topicTrendsSchema,
  trendsInput,
  unblockInput,
} from './types.js';

/** The permission of staff who decide what may trend. */
export const TRENDS_PERMISSION = 'trends.curate';

const changed = z.object({ changed: z.boolean() });

/** Public operations of trending. */
export const trendOperations = {
  hashtags: operation({
    name: 'trends.hashtags',
    summary: 'Hashtags that more people use than was to be expected, each with why',
    method: 'GET',
    path: '/discovery/trends/hashtags',
    permission: 'anyone',
    input: trendsInput,
    output: topicTrendsSchema,
  }),
  links: operation({
    name: 'trends.links',
    summary: 'Links that more people share than was to be expected, each with why',
    method: 'GET',
    path: '/discovery/trends/links',
    permission: 'anyone',
    input: trendsInput,
    output: topicTrendsSchema,
  }),
  posts: operation({
    name: 'trends.posts',
    summary: 'Posts that do better than their author usually does, each with why',
    method: 'GET',
    path: '/discovery/trends/posts',
    permission: 'anyone',
    input: trendsInput,
    output: postTrendsSchema,
  }),
  blocked: operation({
    name: 'trends.blocked',
    summary: 'What staff keep from trending, decided last first',
    method: 'GET',
    path: '/discovery/trends/blocked',
    permission: `staff:${TRENDS_PERMISSION}`,
    rateLimit: 'staff',
    input: z.strictObject({ ...pageFields }),
    output: pageOf(gateSchema),
  }),
  block: operation({
    name: 'trends.block',
    summary: 'Keeps a hashtag, a link or a post from trending, from the next read on',
    method: 'PUT',
    path: '/discovery/trends/blocked',
    permission: `staff:${TRENDS_PERMISSION}`,
    rateLimit: 'staff',
    input: blockInput,
    output: changed,
  }),
  unblock: operation({
    name: 'trends.unblock',
    summary: 'Lets it trend again',
    method: 'DELETE',
    path: '/discovery/trends/blocked',
    permission: `staff:${TRENDS_PERMISSION}`,
    rateLimit: 'staff',
    input: unblockInput,
    output: changed,
  }),
} as const;
