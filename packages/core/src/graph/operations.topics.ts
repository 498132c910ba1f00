import { z } from 'zod';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { expiryFields, hashtagInput, hashtagOutcome, muteOutcome, muteWordInput } from './types.js';
import { mutedWordSchema } from './words.js';

/** Operations on muted words, muted threads and followed hashtags. */
export const topicOperations = {
  muteWord: operation({
    name: 'graph.muteWord',
    summary: 'Hide posts that contain a word or phrase',
    method: 'PUT',
    path: '/me/muted-words',
    input: muteWordInput,
    output: muteOutcome,
    permission: 'user',
  }),
  unmuteWord: operation({
    name: 'graph.unmuteWord',
    summary: 'Show posts with a word again',
    method: 'DELETE',
    path: '/me/muted-words',
    input: z.strictObject({ word: mutedWordSchema }),
    output: muteOutcome,
    permission: 'user',
  }),
  muteThread: operation({
    name: 'graph.muteThread',
    summary: 'Hear nothing more of a post and what is under it',
    method: 'PUT',
    path: '/posts/{postId}/mute',
    input: z.strictObject({ postId: idSchema, ...expiryFields }),
    output: muteOutcome,
    permission: 'user',
  }),
  unmuteThread: operation({
    name: 'graph.unmuteThread',
    summary: 'Hear of a post again',
    method: 'DELETE',
    path: '/posts/{postId}/mute',
    input: z.strictObject({ postId: idSchema }),
    output: muteOutcome,
    permission: 'user',
  }),
  followHashtag: operation({
    name: 'graph.followHashtag',
    summary: 'Bring public posts with a hashtag into your feed',
    method: 'PUT',
    path: '/hashtags/{tag}/follow',
    input: hashtagInput,
    output: hashtagOutcome,
    permission: 'user',
  }),
  unfollowHashtag: operation({
    name: 'graph.unfollowHashtag',
    summary: 'Stop following a hashtag',
    method: 'DELETE',
    path: '/hashtags/{tag}/follow',
    input: hashtagInput,
    output: hashtagOutcome,
    permission: 'user',
  }),
} as const;
