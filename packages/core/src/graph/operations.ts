import { z } from 'zod';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../kernel/page.js';
import { MAX_IMPORT_BATCH } from './import.js';
import { listOperations } from './operations.lists.js';
import { topicOperations } from './operations.topics.js';
import {
  blockOutcome,
  expiryFields,
  followOutcome,
  friendOutcome,
  MAX_RELATIONSHIP_BATCH,
  muteOutcome,
  overviewSchema,
  relationshipSchema,
  userInput,
} from './types.js';

const followOperations = {
  follow: operation({
    name: 'graph.follow',
    summary: 'Follow an account, or ask to when it is private; sets whether its reposts are left out',
    method: 'PUT',
    path: '/users/{userId}/follow',
    input: z.strictObject({ userId: idSchema, hideReposts: z.boolean().optional() }),
    output: followOutcome,
    permission: 'user',
  }),
  unfollow: operation({
    name: 'graph.unfollow',
    summary: 'Stop following an account and take back a pending request',
    method: 'DELETE',
    path: '/users/{userId}/follow',
    input: userInput,
    output: followOutcome,
    permission: 'user',
  }),
  importFollows: operation({
    name: 'graph.importFollows',
    summary: 'Bring follows in from another platform, in batches; those that exist are left as they are',
    method: 'POST',
    path: '/follows/import',
    input: z.strictObject({
      follows: z
        .array(z.strictObject({ followerId: idSchema, followeeId: idSchema }))
        .min(1)
        .max(MAX_IMPORT_BATCH),
    }),
    output: z.object({ created: z.int() }),
    permission: 'staff:platform.import',
    rateLimit: 'staff',
  }),
  removeFollower: operation({
    name: 'graph.removeFollower',
    summary: 'Make an account stop following you',
    method: 'DELETE',
    path: '/me/followers/{userId}',
    input: userInput,
    output: followOutcome,
    permission: 'user',
  }),
  acceptRequest: operation({
    name: 'graph.acceptRequest',
    summary: 'Accept a request to follow you',
    method: 'POST',
    path: '/me/requests/{userId}/accept',
    input: userInput,
    output: followOutcome,
    permission: 'user',
  }),
  rejectRequest: operation({
    name: 'graph.rejectRequest',
    summary: 'Refuse a request to follow you; the requester is not told',
    method: 'POST',
    path: '/me/requests/{userId}/reject',
    input: userInput,
    output: followOutcome,
    permission: 'user',
  }),
  cancelRequest: operation({
    name: 'graph.cancelRequest',
    summary: 'Take back your request to follow an account',
    method: 'DELETE',
    path: '/me/requests/sent/{userId}',
    input: userInput,
    output: followOutcome,
    permission: 'user',
  }),
} as const;

const friendOperations = {
  requestFriend: operation({
    name: 'graph.requestFriend',
    summary: 'Ask an account to be friends; when it has asked you, you are',
    method: 'PUT',
    path: '/users/{userId}/friend',
    input: userInput,
    output: friendOutcome,
    permission: 'user',
  }),
  removeFriend: operation({
    name: 'graph.removeFriend',
    summary: 'End a friendship and take back a pending request; follows stay',
    method: 'DELETE',
    path: '/users/{userId}/friend',
    input: userInput,
    output: friendOutcome,
    permission: 'user',
  }),
  acceptFriend: operation({
    name: 'graph.acceptFriend',
    summary: 'Accept a friend request',
    method: 'POST',
    path: '/me/friend-requests/{userId}/accept',
    input: userInput,
    output: friendOutcome,
    permission: 'user',
  }),
  declineFriend: operation({
    name: 'graph.declineFriend',
    summary: 'Refuse a friend request; the requester is not told',
    method: 'POST',
    path: '/me/friend-requests/{userId}/decline',
    input: userInput,
    output: friendOutcome,
    permission: 'user',
  }),
  cancelFriendRequest: operation({
    name: 'graph.cancelFriendRequest',
    summary: 'Take back your friend request',
    method: 'DELETE',
    path: '/me/friend-requests/sent/{userId}',
    input: userInput,
    output: friendOutcome,
    permission: 'user',
  }),
} as const;

const limitOperations = {
  block: operation({
    name: 'graph.block',
    summary: 'Block an account: neither sees anything of the other; follows, friendship and requests end',
    method: 'PUT',
    path: '/users/{userId}/block',
    input: userInput,
    output: blockOutcome,
    permission: 'user',
  }),
  unblock: operation({
    name: 'graph.unblock',
    summary: 'Take a block back; what it ended does not return',
    method: 'DELETE',
    path: '/users/{userId}/block',
    input: userInput,
    output: blockOutcome,
    permission: 'user',
  }),
  mute: operation({
    name: 'graph.mute',
    summary: 'Stop being offered what an account writes, or only what it reposts',
    method: 'PUT',
    path: '/users/{userId}/mute',
    input: z.strictObject({
      userId: idSchema,
      scope: z.enum(['all', 'reposts']).default('all'),
      ...expiryFields,
    }),
    output: muteOutcome,
    permission: 'user',
  }),
  unmute: operation({
    name: 'graph.unmute',
    summary: 'End a mute, of one scope or of both',
    method: 'DELETE',
    path: '/users/{userId}/mute',
    input: z.strictObject({ userId: idSchema, scope: z.enum(['all', 'reposts']).optional() }),
    output: muteOutcome,
    permission: 'user',
  }),
} as const;

const relationOperations = {
  relationships: operation({
    name: 'graph.relationships',
    summary: 'What holds between you and each of up to 100 accounts',
    method: 'GET',
    path: '/me/relationships',
    input: z.strictObject({ userIds: z.array(idSchema).min(1).max(MAX_RELATIONSHIP_BATCH).readonly() }),
    output: z.object({ items: z.array(relationshipSchema.extend({ userId: idSchema })).readonly() }),
    permission: 'user',
  }),
  overview: operation({
    name: 'graph.overview',
    summary: 'Counts and first pages of followers, following and mutuals of an account, in one call',
    method: 'GET',
    path: '/users/{userId}/graph',
    input: z.strictObject({
      userId: idSchema,
      limit: z.int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
    }),
    output: overviewSchema,
    permission: 'anyone',
  }),
} as const;

/** The public operations of the graph. */
export const graphOperations = Object.freeze({
  ...followOperations,
  ...friendOperations,
  ...limitOperations,
  ...topicOperations,
  ...relationOperations,
  ...listOperations,
});
