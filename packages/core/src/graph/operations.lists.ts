import { z } from 'zod';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { pageOf } from '../kernel/page.js';
import {
  connectionPage,
  connectionsInput,
  countedConnections,
  mutedSchema,
  ownInput,
  requestPage,
} from './types.js';

const connections = (name: string, summary: string, path: string) =>
  operation({
    name: `graph.${name}`,
    summary,
    method: 'GET',
    path,
    input: connectionsInput,
    output: connectionPage,
    permission: 'anyone',
  });

const ownRequests = (name: string, summary: string, path: string) =>
  operation({
    name: `graph.${name}`,
    summary,
    method: 'GET',
    path,
    input: ownInput,
    output: requestPage,
    permission: 'user',
  });

const ownPage = <T extends z.ZodType>(name: string, summary: string, path: string, item: T) =>
  operation({
    name: `graph.${name}`,
    summary,
    method: 'GET',
    path,
    input: ownInput,
    output: pageOf(item),
    permission: 'user',
  });

const until = z.number().nullable().meta({ description: 'Unix ms when the mute ends, null for no end' });

/** Listings of the graph, all newest first. */
export const listOperations = {
  followers: connections('followers', 'Who follows an account', '/users/{userId}/followers'),
  following: connections('following', 'Whom an account follows', '/users/{userId}/following'),
  friends: connections('friends', 'The friends of an account', '/users/{userId}/friends'),
  mutuals: connections(
    'mutuals',
    'Who follows an account and is followed back by it',
    '/users/{userId}/mutuals',
  ),
  followersYouKnow: operation({
    name: 'graph.followersYouKnow',
    summary: 'Whom you follow among the followers of an account, and how many they are',
    method: 'GET',
    path: '/users/{userId}/followers-you-know',
    input: connectionsInput,
    output: countedConnections,
    permission: 'user',
  }),
  requests: ownRequests('requests', 'Who asks to follow you', '/me/requests'),
  sentRequests: ownRequests('sentRequests', 'Whom you have asked to follow', '/me/requests/sent'),
  friendRequests: ownRequests('friendRequests', 'Who asks to be your friend', '/me/friend-requests'),
  sentFriendRequests: ownRequests(
    'sentFriendRequests',
    'Whom you have asked to be friends',
    '/me/friend-requests/sent',
  ),
  blocked: operation({
    name: 'graph.blocked',
    summary: 'Whom you block',
    method: 'GET',
    path: '/me/blocks',
    input: ownInput,
    output: connectionPage,
    permission: 'user',
  }),
  muted: ownPage('muted', 'Whom you mute', '/me/mutes', mutedSchema),
  mutedWords: ownPage(
    'mutedWords',
    'Words and phrases you mute',
    '/me/muted-words',
    z.object({ word: z.string(), expiresAt: until }),
  ),
  mutedThreads: ownPage(
    'mutedThreads',
    'Threads you mute',
    '/me/muted-threads',
    z.object({ postId: idSchema, expiresAt: until }),
  ),
  followedHashtags: ownPage(
    'followedHashtags',
    'Hashtags you follow',
    '/me/hashtags',
    z.object({ tag: z.string() }),
  ),
} as const;
