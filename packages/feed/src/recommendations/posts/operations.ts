import { operation } from '@socialkit/core';
import {
  feedbackInput,
  feedbackSchema,
  recommendedInput,
  recommendedPageSchema,
  withdrawInput,
} from './types.js';

/** The operations about recommended posts. */
export const recommendedPostOperations = {
  posts: operation({
    name: 'discovery.posts',
    summary: 'Posts for you, best first, each with the reasons',
    method: 'GET',
    path: '/discovery/posts',
    permission: 'user',
    input: recommendedInput,
    output: recommendedPageSchema,
  }),
  sayOfPost: operation({
    name: 'discovery.sayOfPost',
    summary: 'More like this post, less like it, or never this one; holds from the next list on',
    method: 'PUT',
    path: '/discovery/posts/{postId}/feedback',
    permission: 'user',
    input: feedbackInput,
    output: feedbackSchema,
  }),
  takeBackOfPost: operation({
    name: 'discovery.takeBackOfPost',
    summary: 'Take back what you said about a recommended post',
    method: 'DELETE',
    path: '/discovery/posts/{postId}/feedback',
    permission: 'user',
    input: withdrawInput,
    output: feedbackSchema,
  }),
} as const;
